import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { openAirtableTable, type AirtableTable, type RequestCounts } from "./airtable-table.js";
import { createApiClient, type ApiClient, type RenderAnswer } from "./api-client.js";
import { drawPair } from "./draw-pair.js";
import { openFileServer } from "./file-server.js";
import { findRepeated, type RepeatedChildren } from "./repeated-children.js";
import { killPrivateDatabase, openServerFleet, type KillCounts, type ServerFleet } from "./server-fleet.js";

/** How hard the test is. */
export interface AirtableKillOptions {
  readonly rowCount: number;
  readonly serverCount: number;
  /** Seconds between two kills, on average. */
  readonly killEverySeconds: number;
  /** Same seed, same victims and pauses. */
  readonly seed: number;
  readonly limitSeconds: number;
  readonly onProgress: (line: string) => void;
}

/** What came of it. */
export interface AirtableKillResult extends KillCounts, RepeatedChildren {
  readonly seconds: number;
  readonly complete: number;
  /** Rows that do not say Complete. */
  readonly lost: readonly string[];
  /** Rows with another number of renders than one. */
  readonly twice: readonly string[];
  /** Rows that said something else in between, or whose link leads to another video, or with another number of pictures than one. */
  readonly mistold: readonly string[];
  readonly requests: RequestCounts;
  /** The most requests to the base within any 1,000 ms. */
  readonly busiestSecond: number;
}

interface Game {
  readonly table: AirtableTable;
  readonly rows: readonly string[];
  readonly fleet: ServerFleet;
  readonly client: ApiClient;
  /** What each row said, one after another. */
  readonly said: ReadonlyMap<string, string[]>;
}

/** Sets rows to Pending at once, and kills the servers that work on them, or their database, until all have ended. */
export async function playAirtableKill(options: AirtableKillOptions): Promise<AirtableKillResult> {
  const { rowCount, limitSeconds } = options;
  const folder = await mkdtemp(join(tmpdir(), "understudy-airtable-kills-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const data = join(folder, "data");
  const { videoPath, photoPath } = await drawPair(folder, 2);
  const files = await openFileServer([videoPath, photoPath]);
  const table = await openAirtableTable();
  const environment = {
    ...table.environment,
    UNDERSTUDY_API_KEY: "us_kill_test_key_0123456789abcdef",
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
    UNDERSTUDY_JOBS_MAX_ATTEMPTS: "1000",
    UNDERSTUDY_WORKERS: "1",
  };
  const fleet = await openServerFleet({ ...options, data, environment, killDatabase: () => killPrivateDatabase(data) });
  let watching: NodeJS.Timeout | undefined;
  try {
    await table.connect({ ...environment, UNDERSTUDY_DATA_FOLDER: data });
    const startedAt = Date.now();
    const rows = table.addPending(rowCount, { source: files.urlOf(videoPath), face: files.urlOf(photoPath) });
    const said = new Map(rows.map((recordId) => [recordId, [] as string[]]));
    watching = setInterval(() => noteStatuses(table, said), 25);
    const client = createApiClient(() => fleet.anyServer());
    const game = { table, rows, fleet, client, said };
    const left = async (): Promise<number> =>
      rowCount - table.countOf(rows, briefStatuses.complete) - failedCount(game);
    const kills = await fleet.killUntil(left, limitSeconds);
    const seconds = (Date.now() - startedAt) / 1000;
    return {
      ...kills,
      seconds,
      complete: table.countOf(rows, briefStatuses.complete),
      ...(await judge(game)),
      ...findRepeated(fleet.log),
      requests: table.requestsSince(0),
      busiestSecond: table.airtable.busiestSecond(table.baseId),
    };
  } finally {
    clearInterval(watching);
    await fleet.stop();
    await files.close();
    await table.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function failedCount({ table, rows }: Game): number {
  return table.countOf(rows, briefStatuses.failed);
}

function noteStatuses(table: AirtableTable, said: ReadonlyMap<string, string[]>): void {
  for (const [recordId, statuses] of said) {
    const status = String(table.row(recordId)[briefColumns.status]);
    if (statuses.at(-1) !== status) statuses.push(status);
  }
}

async function judge(game: Game): Promise<Pick<AirtableKillResult, "lost" | "twice" | "mistold">> {
  const { table, rows, client, said } = game;
  const renders = await rendersByRow(client);
  await picturesAreThere(game);
  const { status, output, error, thumbnail } = briefColumns;
  const wanted = [briefStatuses.pending, briefStatuses.processing, briefStatuses.complete].join();
  const lost = rows.filter((recordId) => table.row(recordId)[status] !== briefStatuses.complete);
  const mistold: string[] = [];
  for (const recordId of rows) {
    const row = table.row(recordId);
    const path = said.get(recordId)!.join();
    const pictures = (row[thumbnail] as readonly unknown[] | undefined)?.length ?? 0;
    const [render] = renders.get(recordId) ?? [];
    const isLinked = render !== undefined && (await leadsTo(String(row[output]), render, game));
    if (path !== wanted || pictures !== 1 || !isLinked) {
      mistold.push(
        `${recordId}: ${path}, ${pictures} pictures, ${isLinked ? "right" : "wrong"} link ${String(row[output])}`,
      );
    }
  }
  return {
    lost: lost.map(
      (recordId) => `${recordId} ${String(table.row(recordId)[status])} ${String(table.row(recordId)[error])}`,
    ),
    twice: rows.filter((recordId) => renders.get(recordId)?.length !== 1),
    mistold,
  };
}

interface RowRender extends RenderAnswer {
  readonly metadata: Readonly<Record<string, string>>;
}

async function rendersByRow(client: ApiClient): Promise<ReadonlyMap<string, readonly RowRender[]>> {
  const found = new Map<string, RowRender[]>();
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const path: string = `/v1/renders?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: { readonly renders: readonly RowRender[]; readonly nextCursor?: string | null } = await client.call(
      "GET",
      path,
    );
    for (const render of page.renders) {
      const recordId = render.metadata["airtable_record"] ?? "";
      found.set(recordId, [...(found.get(recordId) ?? []), render]);
    }
    cursor = page.nextCursor ?? undefined;
  }
  return found;
}

/** They follow the end of a row, one request each. */
async function picturesAreThere({ table, rows }: Game): Promise<void> {
  const isThere = (recordId: string): boolean => table.row(recordId)[briefColumns.thumbnail] !== undefined;
  for (let tries = 0; tries < 120 && !rows.every(isThere); tries += 1) await sleep(500);
  // One too many would come now.
  await sleep(3_000);
}

/** Whether a link leads to what the API says of a render. */
async function leadsTo(link: string, { output }: RenderAnswer, { fleet }: Game): Promise<boolean> {
  const pathname = parseUrl(link)?.pathname;
  if (output === undefined || pathname !== new URL(output.url).pathname) return false;
  // Its address names the server that made it, which may be another one by now.
  const answer = await fetch(`${fleet.anyServer().url}${pathname}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return answer.ok && createHash("sha256").update(bytes).digest("hex") === output.sha256;
}
