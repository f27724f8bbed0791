import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestPostgres } from "@understudy/local-postgres/testing";
import { newRenderId } from "@understudy/render";
import { openJobEngine, type JobEngineOptions } from "#jobs/open-job-engine.js";
import type { JobEngine, RenderJobTicket, RenderWork } from "#jobs/job-engine.js";
import { createPool } from "#postgres/create-pool.js";
import { sqlOf, type Database } from "#postgres/database.js";
import { migrate } from "#postgres/migrate.js";
import { sampleOrder, seedCaller } from "#renders/testing/sample-render.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";

/** A database and an artifact store of one test file, and engines on them. */
export interface JobLab {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly folder: string;
  /** What was logged, as `level message`. */
  readonly logged: string[];
  /** Opens an engine that notices things quickly. */
  open(options: Partial<JobEngineOptions> & { readonly work: RenderWork }): Promise<JobEngine>;
  /** A ticket of a render that has a row; its key is of its own unless it is given. */
  ticket(parts?: Partial<RenderJobTicket>): Promise<RenderJobTicket>;
  close(): Promise<void>;
}

/** For `beforeAll`: DBOS takes half a second to start. */
export async function openJobLab(): Promise<JobLab> {
  const server = await openTestPostgres();
  const pool = createPool({ ...server.connection, max: 5 });
  await migrate(pool);
  const database: Database = { pool, connection: server.connection, url: server.url, close: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), "understudy-jobs-"));
  const artifacts = createDiskArtifacts(join(folder, "artifacts"));
  const logged: string[] = [];
  const note = (level: string) => (_facts: unknown, message: string) => void logged.push(`${level} ${message}`);
  const log: ServiceLog = { info: note("info"), warn: note("warn"), error: note("error") };
  let keys = 0;
  return {
    database,
    artifacts,
    folder,
    logged,
    open: (options) =>
      openJobEngine({
        database,
        artifacts,
        log,
        role: "runner",
        version: "test",
        now: () => new Date(),
        ...options,
        timing: { beatMs: 50, pollingMs: 10, againMs: 10, overlookedMs: 50, unwindMs: 1_000, ...options.timing },
      }),
    async ticket(parts = {}) {
      const caller = await seedCaller(database, (keys += 1));
      const { renderId = newRenderId(), keyId = caller.keyId } = parts;
      await sqlOf(pool).query(
        `insert into understudy.render (id, owner_id, api_key_id, state, wish, priority, created_at, queued_at)
         values ($1, $2, $3, 'queued', $4, 0, $5, $5) on conflict do nothing`,
        [renderId, caller.ownerId, caller.keyId, JSON.stringify(sampleOrder()), new Date()],
      );
      return { run: 1, rendersAtOnce: 10, priority: 0, ...parts, renderId, keyId };
    },
    async close() {
      await pool.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Something that a test waits for. */
export interface Signal<T> {
  readonly came: Promise<T>;
  come(value: T): void;
}

/** Has not come yet. */
export function createSignal<T = void>(): Signal<T> {
  let come: (value: T) => void = () => {};
  const came = new Promise<T>((resolve) => (come = resolve));
  return { came, come };
}
