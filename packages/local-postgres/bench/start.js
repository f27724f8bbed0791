// Milliseconds to set up, start and adopt the private server, beside Debian's PostgreSQL with its own initdb and pg_ctl.
// Usage: node packages/local-postgres/bench/start.js [rounds]   (after `npm run build`)
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgres } from "../dist/index.js";

const rounds = Number(process.argv[2] ?? 7);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

async function measureOurs(folder) {
  const cold = await timed(() => openPostgres({ folder }));
  await cold.value.stop();
  const [warm, adopt, stop] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const first = await timed(() => openPostgres({ folder }));
    const second = await timed(() => openPostgres({ folder }));
    await second.value.stop();
    const end = await timed(() => first.value.stop());
    warm.push(first.ms);
    adopt.push(second.ms);
    stop.push(end.ms);
  }
  return { cold: cold.ms, warm: median(warm), adopt: median(adopt), stop: median(stop) };
}

function debianFolder() {
  const parent = "/usr/lib/postgresql";
  const versions = existsSync(parent) ? readdirSync(parent).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(parent, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

async function measurePeer(bin, folder) {
  const identity = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  mkdirSync(folder);
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, "data");
  const run = (program, ...args) =>
    execFileSync(join(bin, program), args, { ...identity, cwd: folder, stdio: "ignore" });
  const pgCtl = (...args) => run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), ...args);
  const start = () => pgCtl("start", "-o", `-k ${folder} -c listen_addresses= -c shared_buffers=32MB`);
  const init = await timed(() =>
    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"),
  );
  const first = await timed(start);
  pgCtl("stop", "-m", "fast");
  const [warm, stop] = [[], []];
  for (let round = 0; round < rounds; round++) {
    warm.push((await timed(start)).ms);
    stop.push((await timed(() => pgCtl("stop", "-m", "fast"))).ms);
  }
  return { cold: init.ms + first.ms, warm: median(warm), stop: median(stop) };
}

const scratch = mkdtempSync(join(tmpdir(), "bench-postgres-"));
chmodSync(scratch, 0o711);
try {
  const ours = await measureOurs(join(scratch, "ours"));
  const bin = debianFolder();
  const peer = bin === undefined ? undefined : await measurePeer(bin, join(scratch, "peer"));
  console.log(bin === undefined ? "no Debian PostgreSQL found" : `peer: ${bin}, pg_ctl -w`);
  for (const [name, key] of [
    ["cold: initdb, start, database", "cold"],
    ["warm start", "warm"],
    ["adopt a running server", "adopt"],
    ["stop by the last user", "stop"],
  ]) {
    const beside =
      peer?.[key] === undefined ? "" : `; peer ${peer[key].toFixed(0)} ms, ratio ${(ours[key] / peer[key]).toFixed(2)}`;
    console.log(`${name}: ${ours[key].toFixed(0)} ms${beside}`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
