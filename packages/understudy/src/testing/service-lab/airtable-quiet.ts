import { setTimeout as sleep } from "node:timers/promises";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import type { AirtableLoadLab } from "./airtable-load-lab.js";
import { processorTicksOf } from "./process-figures.js";

/** How far rows are behind their renders when these end one by one. */
export interface OneByOne {
  /** From a render's end to its row's, in seconds. */
  readonly p50: number;
  readonly p95: number;
  readonly writesPerRow: number;
  readonly requestsPerRow: number;
}

/** Ends renders one at a time. @param everySeconds between two ends, on average. */
export async function endOneByOne(lab: AirtableLoadLab, count: number, everySeconds: number): Promise<OneByOne> {
  const { table } = lab;
  const rows = table.addPending(count, lab.inputs);
  while (table.countOf(rows, briefStatuses.processing) < count) await sleep(50);
  // What was written is told, and read.
  await sleep(3_000);
  const since = table.airtable.requests.length;
  const behind = await Promise.all(
    rows.map(async (recordId, index) => {
      // Never in step with anything.
      await sleep(1000 * everySeconds * (index + Math.random()));
      await lab.finish([recordId], 0);
      const ended = performance.now();
      while (table.row(recordId)[briefColumns.status] !== briefStatuses.complete) await sleep(10);
      return (performance.now() - ended) / 1000;
    }),
  );
  await sleep(3_000);
  const { writes, all } = table.requestsSince(since);
  const sorted = behind.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(count - 1, Math.floor(share * count))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), writesPerRow: writes / count, requestsPerRow: all / count };
}

/** What a server does while nothing happens. */
export interface Quiet {
  /** Of all sessions; most are a statement each. */
  readonly transactionsPerSecond: number;
  readonly requestsPerMinute: number;
  /** Of one core. */
  readonly processorShare: number;
}

/** Looks at the server for so long. */
export async function lookWhileQuiet(lab: AirtableLoadLab, seconds: number): Promise<Quiet> {
  const first = await countersOf(lab);
  await sleep(1000 * seconds);
  const last = await countersOf(lab);
  return {
    transactionsPerSecond: (last.transactions - first.transactions) / seconds,
    requestsPerMinute: (60 * (last.requests - first.requests)) / seconds,
    processorShare: (last.ticks - first.ticks) / 100 / seconds,
  };
}

async function countersOf({ pool, server, table }: AirtableLoadLab) {
  const { rows } = await pool.query<{ readonly count: string }>(
    "select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()",
  );
  return {
    transactions: Number(rows[0]!.count),
    ticks: await processorTicksOf(server),
    requests: table.airtable.requests.length,
  };
}
