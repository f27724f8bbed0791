// Kills servers and their database while renders are in work, and counts what was lost, done twice or told wrongly: it should be
// nothing. Usage: node packages/understudy/bench/kill.js [--renders 60] [--servers 2] [--every 4] [--seed 1] [--database-url URL]
// [--debian] [--no-verify] [--limit 1800] [--json]; build first. With a database of one's own only the servers are killed; with
// --debian that database is Debian's PostgreSQL 15, started for the test, and killed as well.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDebianServer } from "../dist/testing/service-lab/debian-server.js";
import { playKillTest } from "../dist/testing/service-lab/kill-test.js";

const { values } = parseArgs({
  allowNegative: true,
  options: {
    renders: { type: "string", default: "60" },
    servers: { type: "string", default: "2" },
    every: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
    "database-url": { type: "string" },
    debian: { type: "boolean", default: false },
    verify: { type: "boolean", default: true },
    limit: { type: "string", default: "1800" },
    json: { type: "boolean", default: false },
  },
});

const folder = values.debian ? await mkdtemp(join(tmpdir(), "understudy-debian-")) : undefined;
// Root's PostgreSQL runs as another user, who has to reach its folder.
if (folder !== undefined) await chmod(folder, 0o711);
const debian = folder === undefined ? undefined : await startDebianServer(folder);
const database =
  debian === undefined
    ? { databaseUrl: values["database-url"] }
    : { databaseUrl: debian.url, killDatabase: () => debian.crash() };

const result = await playKillTest({
  renderCount: Number(values.renders),
  serverCount: Number(values.servers),
  killEverySeconds: Number(values.every),
  seed: Number(values.seed),
  ...database,
  limitSeconds: Number(values.limit),
  verifiesEach: values.verify,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
if (values.json) console.log(JSON.stringify(result));
else {
  const { lost, repeated, unverified, untold, ...figures } = result;
  console.table(figures);
  console.table({ lost: lost.length, repeated: repeated.length, unverified: unverified.length, untold: untold.length });
  for (const [what, list] of Object.entries({ lost, repeated, unverified, untold })) {
    for (const each of list) console.log(`${what}: ${each}`);
  }
}
await debian?.stop();
if (folder !== undefined) await rm(folder, { recursive: true, force: true });
const isClean = [result.lost, result.repeated, result.unverified, result.untold].every((list) => list.length === 0);
process.exit(isClean ? 0 : 1);
