import { chmod, chown, cp, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ask } from "#testing/ask.js";
import { emptyFolder } from "#testing/cluster-folder.js";
import { startOpener } from "#testing/opener.js";
import { createCluster } from "./create-cluster.js";
import { findPackage } from "./find-package.js";
import { holdServer } from "./hold-server.js";
import { preparePlace, rootIdentity } from "./place.js";
import { openPrivateServer } from "./private-server.js";
import { preparePrograms } from "./programs.js";
import { runProgram } from "./run-program.js";

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await emptyFolder()));
afterEach(async () => await remove());

describe("other ways to run", () => {
  test("over loopback TCP, as on Windows: a password guards it, and the server comes back on the same port", async () => {
    const { connection, url, stop } = await openPrivateServer({ folder, database: "jobs", transport: "tcp" });
    const id = Number.parseInt(await readFile(join(folder, "postgres/data/postmaster.pid"), "utf8"), 10);
    expect(connection).toMatchObject({ host: "127.0.0.1", password: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await ask({ connectionString: url }, "select current_database()")).toEqual(["jobs"]);
    await expect(new Client({ ...connection, password: "guessed" }).connect()).rejects.toMatchObject({ code: "28P01" });
    process.kill(id, "SIGKILL");
    await vi.waitFor(async () => expect(await ask(connection, "select 1")).toEqual([1]), { timeout: 30_000 });
    await stop();
    await expect(ask(connection, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test.skipIf(!isRoot)(
    "as root with everything below a 0700 folder: cluster and programs lie where nobody can use them",
    async () => {
      const closed = join(folder, "closed");
      const { native, version } = findPackage();
      await mkdir(closed);
      await cp(dirname(native), join(closed, "package"), { recursive: true });
      await chmod(closed, 0o700);
      const place = await preparePlace(join(closed, "data"), { rootFolder: join(folder, "var") });
      const programs = await preparePrograms({ native: join(closed, "package/native"), version }, place);
      await createCluster(place, programs);
      const cluster = { place, programs, settings: {}, startDeadlineMs: 60_000 };
      const hold = await holdServer(cluster, new AbortController().signal, () => undefined);
      const answer = await ask(hold.session().connection, "select 26");
      await hold.release();
      expect([answer, programs.postgres.startsWith(join(folder, "var"))]).toEqual([[26], true]);
    },
  );

  test.skipIf(!isRoot)(
    "another process of nobody, without our group, gets neither at the socket nor at the data",
    async () => {
      const { connection, stop } = await openPrivateServer({ folder, database: "jobs" });
      const tryAs = async (identity: { uid: number; gid: number }): Promise<number | undefined> => {
        const look = `test -e "$0/.s.PGSQL.5432" && test -r "$0/../data/PG_VERSION"`;
        const run = { file: "/bin/sh", args: ["-c", look, connection.host ?? ""], cwd: "/", env: {}, identity };
        return (await runProgram(run)).exitStatus;
      };
      const statuses = [await tryAs(nobody), await tryAs(rootIdentity)];
      await stop();
      expect(statuses).toEqual([1, 0]);
    },
  );

  test.skipIf(!isRoot)("as an ordinary user, in a folder too deep for a socket", async () => {
    const deep = join(folder, "x".repeat(90));
    await mkdir(deep);
    await chown(deep, nobody.uid, nobody.gid);
    const opener = startOpener(deep, nobody);
    const url = await opener.opened;
    const answer = await ask({ connectionString: url ?? "" }, "select current_user");
    await opener.close();
    const socketFolder = new URL(url ?? "").searchParams.get("host") ?? "";
    await rm(socketFolder, { recursive: true });
    expect([answer, opener.child.exitCode]).toEqual([["postgres"], 0]);
    expect(socketFolder).toMatch(/^\/tmp\/understudy-65534-[0-9a-f]{16}$/);
  });
});
