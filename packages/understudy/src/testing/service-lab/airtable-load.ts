import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPostgres } from "@understudy/local-postgres";
import type { Pool } from "pg";
import { plainPng } from "#connectors/airtable/testing/plain-png.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { createPool } from "#postgres/create-pool.js";
import { openAirtableTable, type AirtableTable, type RequestCounts } from "./airtable-table.js";
import { startServe, type LogLine, type ServeProcess } from "./serve-process.js";

/** How much is asked. */
export interface AirtableLoadOptions {
  /** Set to Pending at once. */
  readonly rowCount: number;
  /** How many of them get a picture: a request each. */
  readonly pictureCount: number;
  /** Rows whose renders end one by one. */
  readonly singleCount: number;
  /** Between two of those ends, in seconds, on average. */
  readonly singleSeconds: number;
  /** How long nothing is done, in seconds. */
  readonly idleSeconds: number;
  readonly onProgress: (line: string) => void;
}

/** How long a part took beside what the pace of four requests a second allows. */
export interface LoadPart {
  readonly seconds: number;
  /** Requests that cannot be done without: rows in batches of ten, pages of a hundred, pictures. */
  readonly needed: number;
  readonly floorSeconds: number;
  readonly ratio: number;
  readonly requests: RequestCounts;
}

/** What came of it. */
export interface AirtableLoadResult {
  readonly toProcessing: LoadPart;
  readonly toComplete: LoadPart;
  readonly toPictures: LoadPart;
  /** Of the server, in MB: before, with all rows in work, and at the end. */
  readonly residentMb: readonly [number, number, number];
  readonly singles: {
    /** From a render's end to its row's, in seconds. */
    readonly p50: number;
    readonly p95: number;
    readonly writesPerRow: number;
    readonly requestsPerRow: number;
  };
  /** What a connection adds while nothing happens, to what the server does without one. */
  readonly idle: {
    readonly transactionsPerSecond: number;
    readonly withoutConnection: number;
    readonly requestsPerMinute: number;
    /** Share of a core. */
    readonly processorShare: number;
  };
}

interface Lab {
  readonly options: AirtableLoadOptions;
  readonly table: AirtableTable;
  readonly server: ServeProcess;
  readonly pool: Pool;
  readonly inputs: { readonly source: string; readonly face: string };
}

const requestsPerSecond = 4;

/**
 * Has one server without runners work on a table: its renders are marked as made by the measurement itself, so that all there is to
 * see is reading, claiming and writing.
 */
export async function playAirtableLoad(options: AirtableLoadOptions): Promise<AirtableLoadResult> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-airtable-load-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const data = join(folder, "data");
  const table = await openAirtableTable();
  const environment = {
    ...table.environment,
    UNDERSTUDY_API_KEY: "us_load_test_key_0123456789abcdef",
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
    UNDERSTUDY_DATA_FOLDER: data,
  };
  const onLog = (line: LogLine): void => {
    if (line.level !== "info") options.onProgress(`${line.level}: ${JSON.stringify(line)}`);
  };
  const server = await startServe(["--data", data, "--role", "api"], environment, onLog);
  const database = await openPostgres({ folder: join(data, "postgres"), database: "understudy" });
  const pool = createPool({ ...database.connection, max: 2 });
  try {
    await keepPicture(data);
    // Nobody fetches these: there is no runner.
    const inputs = { source: `${server.url}/video.mp4`, face: `${server.url}/photo.jpg` };
    const lab: Lab = { options, table, server, pool, inputs };
    const alone = await idleFor(lab);
    await table.connect(environment);
    await sleep(5_000);
    const watching = await idleFor(lab);
    const idle = {
      transactionsPerSecond: watching.transactionsPerSecond - alone.transactionsPerSecond,
      withoutConnection: alone.transactionsPerSecond,
      requestsPerMinute: watching.requestsPerMinute,
      processorShare: watching.processorShare - alone.processorShare,
    };
    const singles = await endOneByOne(lab);
    return { ...(await burst(lab)), singles, idle };
  } finally {
    await pool.end();
    await database.stop();
    await server.stop();
    await table.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function burst(
  lab: Lab,
): Promise<Pick<AirtableLoadResult, "residentMb" | (`to${string}` & keyof AirtableLoadResult)>> {
  const {
    options: { rowCount, pictureCount },
    table,
    server,
    inputs,
  } = lab;
  const before = await residentMbOf(server);
  let since = table.airtable.requests.length;
  const rows = table.addPending(rowCount, inputs);
  const batches = Math.ceil(rowCount / 10);
  const processing = briefStatuses.processing;
  const toProcessing = await timed(
    lab,
    since,
    batches + Math.ceil(rowCount / 100),
    () => table.countOf(rows, processing) === rowCount,
    "processing",
  );
  const middle = await residentMbOf(server);

  since = table.airtable.requests.length;
  await finish(lab, rows, pictureCount);
  const toComplete = await timed(
    lab,
    since,
    batches,
    () => table.countOf(rows, briefStatuses.complete) === rowCount,
    "complete",
  );
  const pictured = () => rows.filter((id) => table.row(id)[briefColumns.thumbnail] !== undefined).length;
  const picturesLeft = pictureCount - pictured();
  since = table.airtable.requests.length;
  const toPictures = await timed(lab, since, picturesLeft, () => pictured() === pictureCount, "pictures");
  return { toProcessing, toComplete, toPictures, residentMb: [before, middle, await residentMbOf(server)] };
}

async function timed(
  { table, options }: Lab,
  since: number,
  needed: number,
  isDone: () => boolean,
  what: string,
): Promise<LoadPart> {
  const began = performance.now();
  while (!isDone()) await sleep(50);
  const seconds = (performance.now() - began) / 1000;
  const floorSeconds = needed / requestsPerSecond;
  const part = { seconds, needed, floorSeconds, ratio: seconds / floorSeconds, requests: table.requestsSince(since) };
  options.onProgress(`${what}: ${JSON.stringify(part)}`);
  return part;
}

/** Ends renders one at a time, and looks how far behind their rows are. */
async function endOneByOne(lab: Lab): Promise<AirtableLoadResult["singles"]> {
  const {
    options: { singleCount, singleSeconds, onProgress },
    table,
    inputs,
  } = lab;
  const rows = table.addPending(singleCount, inputs);
  while (table.countOf(rows, briefStatuses.processing) < singleCount) await sleep(50);
  await sleep(3_000);
  const since = table.airtable.requests.length;
  const behind = await Promise.all(
    rows.map(async (recordId, index) => {
      // Evenly on the whole, and never in step with anything.
      await sleep(1000 * singleSeconds * (index + Math.random()));
      await finish(lab, [recordId], 0);
      const ended = performance.now();
      while (table.row(recordId)[briefColumns.status] !== briefStatuses.complete) await sleep(10);
      return (performance.now() - ended) / 1000;
    }),
  );
  await sleep(3_000);
  const { writes, all } = table.requestsSince(since);
  const sorted = behind.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  const singles = {
    p50: at(0.5),
    p95: at(0.95),
    writesPerRow: writes / singleCount,
    requestsPerRow: all / singleCount,
  };
  onProgress(`one by one: ${JSON.stringify(singles)}`);
  return singles;
}

async function idleFor({ options: { idleSeconds, onProgress }, table, server, pool }: Lab) {
  const count = async (): Promise<{
    readonly transactions: number;
    readonly ticks: number;
    readonly requests: number;
  }> => {
    const { rows } = await pool.query<{ count: string }>(
      "select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()",
    );
    return {
      transactions: Number(rows[0]!.count),
      ticks: await processorTicksOf(server),
      requests: table.airtable.requests.length,
    };
  };
  const first = await count();
  await sleep(1000 * idleSeconds);
  const last = await count();
  const idle = {
    transactionsPerSecond: (last.transactions - first.transactions) / idleSeconds,
    requestsPerMinute: (60 * (last.requests - first.requests)) / idleSeconds,
    processorShare: (last.ticks - first.ticks) / 100 / idleSeconds,
  };
  onProgress(`idle: ${JSON.stringify(idle)}`);
  return idle;
}

const pictureKey = "renders/bench/picture.jpg";

async function keepPicture(data: string): Promise<void> {
  const folder = join(data, "artifacts", "renders", "bench");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "picture.jpg"), plainPng(320, 180));
}

/** Marks the renders of these rows as made. */
async function finish({ pool }: Lab, rows: readonly string[], pictureCount: number): Promise<void> {
  const fileOf = (fileName: string, mediaType: string) => ({
    key: pictureKey,
    path: `/r/bench/${fileName}`,
    fileName,
    mediaType,
    byteLength: 1000,
    sha256: "0".repeat(64),
  });
  const [video, picture] = [fileOf("video.mp4", "video/mp4"), fileOf("video.jpg", "image/jpeg")];
  const cost = { engineSeconds: 1, usdPerEngineSecond: 0.01, usd: 0.01 };
  const end = (ids: readonly string[], files: readonly object[]): Promise<unknown> =>
    pool.query(
      `update understudy.render set state = 'finished', started_at = clock_timestamp() - interval '3 s', ended_at = clock_timestamp(),
         result = $2, cost = $3 where wish->'metadata'->>'airtable_record' = any($1)`,
      [ids, JSON.stringify(files), JSON.stringify(cost)],
    );
  if (pictureCount > 0) await end(rows.slice(0, pictureCount), [video, picture]);
  await end(rows.slice(pictureCount), [video]);
}

async function residentMbOf({ processId }: ServeProcess): Promise<number> {
  const text = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024);
}

/** A hundredth of a second each, of user and system together; on Linux. */
async function processorTicksOf({ processId }: ServeProcess): Promise<number> {
  const text = await readFile(`/proc/${processId}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
