import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A PostgreSQL that is not ours, with one empty database. */
export interface DebianServer {
  readonly url: string;
  /** All rows of a schema as plain SQL, one `INSERT` each, by their tables (`schema.table`). */
  dump(schema: string): Promise<ReadonlyMap<string, string>>;
  /** Kill -9 of its first process, and a new start. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's PostgreSQL 15, the package `postgresql-15`. */
const programs = "/usr/lib/postgresql/15/bin";
const run = promisify(execFile);
// PostgreSQL refuses to run as root.
const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Whether Debian's PostgreSQL is installed. Says in one line on standard error when it is not. */
export async function hasDebianServer(): Promise<boolean> {
  const isThere = await access(join(programs, "initdb")).then(
    () => true,
    () => false,
  );
  if (!isThere) process.stderr.write("Debian's PostgreSQL is left out: it needs the package postgresql-15.\n");
  return isThere;
}

/** Starts one on a Unix socket below `parent`. */
export async function startDebianServer(parent: string): Promise<DebianServer> {
  const folder = join(parent, "debian");
  await mkdir(folder);
  await chmod(folder, 0o711);
  if (identity.uid !== undefined) await chown(folder, identity.uid, identity.gid);
  const data = join(folder, "data");
  const made = ["--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync", "--encoding", "UTF8"];
  await run(join(programs, "initdb"), made, { cwd: folder, ...identity });
  const settings = ["-c", "listen_addresses=", "-c", `unix_socket_directories=${folder}`, "-c", "fsync=off"];
  const options = { cwd: folder, stdio: "ignore", ...identity } as const;
  const start = () => spawn(join(programs, "postgres"), ["-D", data, ...settings], options);
  let server = start();
  const user = ["-h", folder, "-U", "postgres"];
  for (let tries = 1; ; tries++) {
    const isMade = await run(join(programs, "createdb"), [...user, "understudy"]).then(
      () => true,
      () => false,
    );
    if (isMade) break;
    if (tries === 300 || server.exitCode !== null) throw new Error("Debian's PostgreSQL did not start.");
    await sleep(100);
  }
  return {
    url: `postgresql:///understudy?host=${encodeURIComponent(folder)}&user=postgres`,
    async dump(schema) {
      const words = [...user, "--data-only", "--inserts", "--schema", schema, "understudy"];
      const { stdout } = await run(join(programs, "pg_dump"), words, { maxBuffer: 1 << 28 });
      return byTable(stdout);
    },
    async crash() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
      for (let tries = 1; ; tries++) {
        server = start();
        // Until its children are gone, their shared memory keeps a new one from starting.
        const isRefused = await Promise.race([once(server, "exit").then(() => true), sleep(500).then(() => false)]);
        if (!isRefused) return;
        if (tries === 40) throw new Error("Debian's PostgreSQL did not start again.");
      }
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
    },
  };
}

function byTable(dump: string): Map<string, string> {
  const tables = new Map<string, string>();
  for (const insert of dump.split(/^INSERT INTO /m).slice(1)) {
    const name = insert.slice(0, insert.indexOf(" "));
    tables.set(name, `${tables.get(name) ?? ""}${insert}`);
  }
  return tables;
}
