import { createEventHub } from "./event-hub.js";
import { silentWorkersError, submitted, timedOutError } from "./job-changes.js";
import type { JobRecord } from "./job-record.js";
import type { DueWebhook, EndOutcome, JobStore, SweepReport, SweepRules, Taker } from "./job-store.js";
import { listen } from "./postgres-events.js";
import { numberOf, recordOf, statusOf, textOf } from "./postgres-rows.js";
import { migrate } from "./postgres-schema.js";
import { chunkStatements } from "./sql/chunk-statements.js";
import { endStatements } from "./sql/end-statements.js";
import { jobStatements } from "./sql/job-statements.js";
import { webhookStatements } from "./sql/webhook-statements.js";
import type { SqlPool, SqlRow } from "./sql-pool.js";
import { stopLifetimeMs } from "./stop-lifetime.js";
import { storableJson } from "./storable-json.js";
import { takeSlots } from "./take-slots.js";

/** Settings of a store in PostgreSQL. */
export interface PostgresStoreOptions {
  /** Where its tables lie; 1 to 40 characters out of a-z, 0-9 and _; default `understudy_endpoint`. */
  readonly schema?: string;
}

/** Jobs that one statement of a sweep removes, so that none holds many locks for long. */
const removedAtOnce = 1_000;

/**
 * A store in a PostgreSQL of version 14 or newer. Makes or updates its tables first. One connection of the pool is kept to
 * listen, so the pool needs two or more; whoever made the pool ends it, after `close`. What the store did is on disk when a
 * member's promise is fulfilled, but for takes and signs of life, which a crash of the database may undo. While the database is
 * away, members reject with the driver's error; connections that break while they are idle are replaced in silence.
 * @throws the driver's error when the database cannot be reached or its tables cannot be made.
 */
export async function createPostgresStore(pool: SqlPool, options: PostgresStoreOptions = {}): Promise<JobStore> {
  const schema = options.schema ?? "understudy_endpoint";
  const ignore = () => {};
  pool.on("error", ignore);
  const hub = createEventHub();
  try {
    await migrate(pool, schema);
    const unlisten = await listen(pool, schema, hub.emit);
    const close = async () => {
      unlisten();
      hub.close();
      pool.removeListener("error", ignore);
    };
    return { ...storeOf(statementRunner(pool, schema)), subscribe: hub.subscribe, close };
  } catch (error) {
    pool.removeListener("error", ignore);
    throw error;
  }
}

type Statement = keyof ReturnType<typeof statementsOf>;
type RunStatement = (statement: Statement, ...values: unknown[]) => Promise<readonly SqlRow[]>;

function statementsOf(schema: string) {
  return {
    ...jobStatements(schema),
    ...endStatements(schema),
    ...chunkStatements(schema),
    ...webhookStatements(schema),
  };
}

/**
 * Statements whose plan the server keeps. The others look for jobs by time or count them, and the best plan for that depends on
 * how many there are.
 */
const prepared: ReadonlySet<Statement> = new Set<Statement>([
  "submit",
  "get",
  "take",
  "end",
  "progress",
  "touch",
  "addChunk",
  "drainChunks",
]);

function statementRunner(pool: SqlPool, schema: string): RunStatement {
  const statements = statementsOf(schema);
  return async (statement, ...values) => {
    const name = prepared.has(statement) ? { name: `${schema}.${statement}` } : {};
    const { rows } = await pool.query({ ...name, text: statements[statement], values });
    return rows;
  };
}

function storeOf(run: RunStatement): Omit<JobStore, "subscribe" | "close"> {
  const get = async (endpointId: string, id: string) => (await run("get", endpointId, id)).map(recordOf)[0];

  return {
    async submit(newJob) {
      const job = submitted(newJob);
      const { endpointId, id, input, webhook, passedOn, lowPriority, executionTimeoutMs } = job;
      const key = newJob.idempotencyKey;
      const values = [endpointId, id, input, webhook, passedOn, lowPriority, executionTimeoutMs, job.expiresAt];
      for (;;) {
        const rows = await run("submit", ...values, job.keepResultMs, job.createdAt, key);
        if (rows.length > 0) return { job, isNew: true };
        const known = (await run("byKey", endpointId, key)).map(recordOf)[0];
        // Without one it was forgotten between the two statements: the key is free again.
        if (known) return { job: known, isNew: false };
      }
    },

    get,

    async take(endpointId, takers, { now, leaseUntil }) {
      const slots = takeSlots(takers);
      const lists: JobRecord[][] = takers.map(() => []);
      const workerIds = slots.map((place) => (takers[place] as Taker).workerId);
      const rows = await run("take", endpointId, workerIds, now, leaseUntil);
      for (const [index, row] of rows.entries()) lists[slots[index] as number]?.push(recordOf(row));
      return lists;
    },

    async giveBack(endpointId, id, workerId) {
      await run("giveBack", endpointId, id, workerId);
    },

    async end(endpointId, id, workerId, end, now): Promise<EndOutcome> {
      const output = end.output === undefined ? null : storableJson(end.output);
      const error = end.status === "FAILED" ? storableJson(end.error) : null;
      const [row] = await run("end", endpointId, id, workerId, end.status, output, error, now);
      if (row?.["is_ended"] === true) return "ended";
      return row?.["is_known"] === true ? "ignored" : "unknown";
    },

    async progress(endpointId, id, workerId, output, leaseUntil) {
      return (await run("progress", endpointId, id, workerId, leaseUntil, storableJson(output))).length > 0;
    },

    async addChunk(endpointId, id, workerId, { output, sequence, maxBytes }, leaseUntil) {
      const text = storableJson(output);
      const bytes = Buffer.byteLength(text);
      const [row] = await run("addChunk", endpointId, id, workerId, leaseUntil, text, bytes, sequence, maxBytes);
      return row?.["is_kept"] === true;
    },

    async drainChunks(endpointId, id) {
      const rows = await run("drainChunks", endpointId, id);
      const [first] = rows;
      if (!first) return undefined;
      const chunks = rows.filter((row) => row["output"] !== null).map((row) => textOf(row, "output"));
      return { status: statusOf(first), chunks };
    },

    async cancel(endpointId, id, now) {
      return await commanded(await run("cancel", endpointId, id, now), () => get(endpointId, id));
    },

    async retry(endpointId, id, now) {
      return await commanded(await run("retry", endpointId, id, now), () => get(endpointId, id));
    },

    async purge(endpointId) {
      return countIn(await run("purge", endpointId), "removed");
    },

    async takeStops(endpointId, workerId) {
      return (await run("takeStops", endpointId, workerId)).map((row) => textOf(row, "job_id"));
    },

    async touch(endpointId, workerId, jobIds, { now, leaseUntil }) {
      await run("touch", endpointId, workerId, jobIds, now, leaseUntil);
    },

    async extendLeases(endpointId, leaseUntil) {
      await run("extendLeases", endpointId, leaseUntil);
    },

    async abandon(endpointId, workerId, rules) {
      await run("abandon", ...takeBackValues(endpointId, rules), workerId);
    },

    async sweep(endpointId, rules): Promise<SweepReport> {
      const taken = await run("sweepRunning", ...takeBackValues(endpointId, rules));
      let removed = 0;
      for (let more = removedAtOnce; more === removedAtOnce; removed += more) {
        const values = [endpointId, rules.now, removedAtOnce, rules.now - stopLifetimeMs];
        more = countIn(await run("forget", ...values), "removed");
      }
      const [requeued, failed] = [countIn(taken, "requeued"), countIn(taken, "failed")];
      return { requeued, failed, timedOut: countIn(taken, "timed_out"), removed };
    },

    async claimWebhooks(endpointId, { now, limit, claimedUntil }) {
      const rows = await run("claimWebhooks", endpointId, now, limit, claimedUntil);
      return rows.map((row): DueWebhook => {
        return { job: recordOf(row), url: textOf(row, "webhook"), attempt: numberOf(row, "webhook_attempts") };
      });
    },

    async settleWebhook(endpointId, id, retryAt) {
      await run("settleWebhook", endpointId, id, retryAt);
    },

    async deferWebhook(endpointId, id, until) {
      await run("deferWebhook", endpointId, id, until);
    },

    async counts(endpointId) {
      const rows = await run("counts", endpointId);
      const oldestUrgentAt = rows[0]?.["oldest"];
      return {
        inQueue: countIn(rows, "in_queue"),
        inQueueUrgent: countIn(rows, "urgent"),
        inProgress: countIn(rows, "in_progress"),
        completed: countIn(rows, "completed"),
        failed: countIn(rows, "failed"),
        retried: countIn(rows, "retried"),
        ...(typeof oldestUrgentAt === "number" && { oldestUrgentAt }),
      };
    },
  };
}

function takeBackValues(endpointId: string, { now, maxAttempts }: SweepRules): readonly unknown[] {
  return [endpointId, now, maxAttempts, silentWorkersError, timedOutError];
}

/** The job that a command changed, or the one that it did not. */
async function commanded(rows: readonly SqlRow[], get: () => Promise<JobRecord | undefined>) {
  const changed = rows.map(recordOf)[0];
  if (changed) return { isDone: true, job: changed };
  const job = await get();
  return job && { isDone: false, job };
}

function countIn([row]: readonly SqlRow[], column: string): number {
  if (!row) throw new Error("The database gave no answer to a count.");
  return numberOf(row, column);
}
