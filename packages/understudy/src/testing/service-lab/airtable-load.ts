import { setTimeout as sleep } from "node:timers/promises";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { openAirtableLoadLab, type AirtableLoadLab } from "./airtable-load-lab.js";
import { endOneByOne, lookWhileQuiet, type OneByOne, type Quiet } from "./airtable-quiet.js";
import type { RequestCounts } from "./airtable-table.js";
import { residentMbOf } from "./process-figures.js";

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
  readonly quietSeconds: number;
  readonly onProgress: (line: string) => void;
}

/** How long a part took beside what the pace of four requests a second allows. */
export interface LoadPart {
  readonly seconds: number;
  /** Requests that it cannot do without. */
  readonly needed: number;
  readonly floorSeconds: number;
  readonly ratio: number;
  readonly requests: RequestCounts;
}

/** What came of it. */
export interface AirtableLoadResult {
  /** What the server does anyway, and what with a connection that nothing happens to. */
  readonly quiet: { readonly alone: Quiet; readonly connected: Quiet };
  readonly oneByOne: OneByOne;
  readonly toProcessing: LoadPart;
  readonly toComplete: LoadPart;
  readonly toPictures: LoadPart;
  /** Of the server, in MB: before, with all rows in work, and at the end. */
  readonly residentMb: readonly [number, number, number];
}

const requestsPerSecond = 4;

/**
 * Has one server without runners work on a table: its renders are marked as made by the measurement itself, so that all there is to
 * see is reading, claiming and writing.
 */
export async function playAirtableLoad(options: AirtableLoadOptions): Promise<AirtableLoadResult> {
  const { quietSeconds, singleCount, singleSeconds, onProgress } = options;
  const lab = await openAirtableLoadLab(onProgress);
  try {
    onProgress("nothing happens, without a connection and with one");
    const alone = await lookWhileQuiet(lab, quietSeconds);
    await lab.connect();
    await sleep(5_000);
    const connected = await lookWhileQuiet(lab, quietSeconds);
    onProgress("renders end one by one");
    const oneByOne = await endOneByOne(lab, singleCount, singleSeconds);
    return { quiet: { alone, connected }, oneByOne, ...(await burst(lab, options)) };
  } finally {
    await lab.close();
  }
}

type Burst = Pick<AirtableLoadResult, "toProcessing" | "toComplete" | "toPictures" | "residentMb">;

async function burst(lab: AirtableLoadLab, options: AirtableLoadOptions): Promise<Burst> {
  const { rowCount, pictureCount, onProgress } = options;
  const { table, server } = lab;
  const batches = Math.ceil(rowCount / 10);
  const pages = Math.ceil(rowCount / 100);
  const before = await residentMbOf(server);

  onProgress("rows are set to Pending");
  let rows: readonly string[] = [];
  const saying = (status: string) => () => table.countOf(rows, status) === rowCount;
  const ask = async (): Promise<void> => void (rows = table.addPending(rowCount, lab.inputs));
  const toProcessing = await timed(lab, pages + batches, ask, saying(briefStatuses.processing));
  const inWork = await residentMbOf(server);

  onProgress("all renders end");
  const end = (): Promise<void> => lab.finish(rows, pictureCount);
  // Rows are looked at once more before they are told an end.
  const toComplete = await timed(lab, 2 * batches, end, saying(briefStatuses.complete));

  onProgress("pictures follow");
  const pictured = (): number => rows.filter((id) => table.row(id)[briefColumns.thumbnail] !== undefined).length;
  const toPictures = await timed(lab, pictureCount - pictured(), nothing, () => pictured() === pictureCount);
  return { toProcessing, toComplete, toPictures, residentMb: [before, inWork, await residentMbOf(server)] };
}

const nothing = async (): Promise<void> => undefined;

async function timed(
  { table }: AirtableLoadLab,
  needed: number,
  begin: () => Promise<void>,
  isDone: () => boolean,
): Promise<LoadPart> {
  const since = table.airtable.requests.length;
  const began = performance.now();
  await begin();
  const floorSeconds = needed / requestsPerSecond;
  const secondsPast = (): number => (performance.now() - began) / 1000;
  while (!isDone()) {
    if (secondsPast() > 10 * floorSeconds + 60) throw new Error("It takes more than ten times as long as it had to.");
    await sleep(50);
  }
  const seconds = secondsPast();
  return { seconds, needed, floorSeconds, ratio: seconds / floorSeconds, requests: table.requestsSince(since) };
}
