import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createPool } from "#postgres/create-pool.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { openJobEngine } from "#jobs/open-job-engine.js";

/** What a runner that will be killed is started with, as JSON in its first argument. */
export interface KillSetup {
  readonly runnerId: string;
  readonly url: string;
  readonly artifactsFolder: string;
  /** File that each child notes its begin and its end in, as `runner begin name`. */
  readonly journal: string;
  readonly childMs: number;
}

const setup = JSON.parse(process.argv[2] ?? "{}") as KillSetup;
const note = (text: string): void => appendFileSync(setup.journal, `${setup.runnerId} ${text}\n`);
const pool = createPool({ connectionString: setup.url, max: 5 });
const log = { info: () => {}, warn: () => {}, error: () => {} };

await openJobEngine({
  database: { pool, connection: { connectionString: setup.url }, url: setup.url, close: () => pool.end() },
  role: "runner",
  runnerId: setup.runnerId,
  version: "kill",
  artifacts: createDiskArtifacts(setup.artifactsFolder),
  log,
  now: () => new Date(),
  async work(_ticket, run) {
    for (const name of ["child 0", "child 1", "child 2"])
      await run.child(name, async () => {
        note(`begin ${name}`);
        await pause(setup.childMs);
        note(`end ${name}`);
      });
    note("done");
  },
});
note("up");
