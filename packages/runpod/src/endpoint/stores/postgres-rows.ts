import { type JobStatus, jobStatuses } from "#protocol.js";
import type { JobRecord } from "./job-record.js";
import type { SqlRow } from "./sql-pool.js";

/** The record in a row of the job table. Columns that are null become members that are absent. */
export function recordOf(row: SqlRow): JobRecord {
  const record = {
    endpointId: textOf(row, "endpoint_id"),
    id: textOf(row, "id"),
    status: statusOf(row),
    input: textOf(row, "input"),
    webhook: row["webhook"],
    passedOn: row["passed_on"],
    lowPriority: row["low_priority"] === true,
    executionTimeoutMs: numberOf(row, "execution_timeout_ms"),
    expiresAt: numberOf(row, "expires_at"),
    keepResultMs: numberOf(row, "keep_result_ms"),
    output: row["output"],
    error: row["error"],
    createdAt: numberOf(row, "created_at"),
    startedAt: row["started_at"],
    finishedAt: row["finished_at"],
    workerId: row["worker_id"],
    leaseUntil: row["lease_until"],
    attempts: numberOf(row, "attempts"),
    takeovers: numberOf(row, "takeovers"),
  };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as unknown as JobRecord;
}

/** A column that is never null and holds text. @throws when it does not. */
export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unreadable(column);
  return value;
}

/** A column that is never null and holds a number. @throws when it does not: someone has set other type parsers in `pg`. */
export function numberOf(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw unreadable(column);
  return value;
}

/** A column that is never null and holds a state. @throws when it does not. */
export function statusOf(row: SqlRow): JobStatus {
  const value = row["status"];
  const status = jobStatuses.find((known) => known === value);
  if (!status) throw unreadable("status");
  return status;
}

function unreadable(column: string): Error {
  return new Error(`The database's column ${column} cannot be read.`);
}
