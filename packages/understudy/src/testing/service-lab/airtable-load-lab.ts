import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgres } from "@understudy/local-postgres";
import type { Pool } from "pg";
import { plainPng } from "#connectors/airtable/testing/plain-png.js";
import { createPool } from "#postgres/create-pool.js";
import { openAirtableTable, type AirtableTable } from "./airtable-table.js";
import { startServe, type LogLine, type ServeProcess } from "./serve-process.js";

/** A table, and one server without runners that works on it once it is connected. */
export interface AirtableLoadLab {
  readonly table: AirtableTable;
  readonly server: ServeProcess;
  /** Of the server's database. */
  readonly pool: Pool;
  /** Addresses of rows. Nobody fetches them: there is no runner. */
  readonly inputs: { readonly source: string; readonly face: string };
  connect(): Promise<void>;
  /** Marks the renders of these rows as made, the first of them with a picture. */
  finish(rows: readonly string[], pictureCount: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens it in a folder of its own. @param onTrouble told what the server logs of warnings and errors. */
export async function openAirtableLoadLab(onTrouble: (line: string) => void): Promise<AirtableLoadLab> {
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
    if (line.level !== "info") onTrouble(`${line.level}: ${JSON.stringify(line)}`);
  };
  const server = await startServe(["--data", data, "--role", "api"], environment, onLog);
  const database = await openPostgres({ folder: join(data, "postgres"), database: "understudy" });
  const pool = createPool({ ...database.connection, max: 2 });
  await keepPicture(data);
  return {
    table,
    server,
    pool,
    inputs: { source: `${server.url}/video.mp4`, face: `${server.url}/photo.jpg` },
    connect: () => table.connect(environment),
    finish: (rows, pictureCount) => finish(pool, rows, pictureCount),
    async close() {
      await pool.end();
      await database.stop();
      await server.stop();
      await table.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Outside what sweeps look through. */
const pictureKey = "bench/picture.jpg";

async function keepPicture(data: string): Promise<void> {
  const folder = join(data, "artifacts", "bench");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "picture.jpg"), plainPng(320, 180));
}

async function finish(pool: Pool, rows: readonly string[], pictureCount: number): Promise<void> {
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
