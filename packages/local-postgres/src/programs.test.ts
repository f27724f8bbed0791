import { execFile } from "node:child_process";
import { chmod, mkdir, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptyFolder } from "#testing/cluster-folder.js";
import { createCluster } from "./create-cluster.js";
import { findPackage } from "./find-package.js";
import { preparePlace } from "./place.js";
import { preparePrograms } from "./programs.js";
import { runProgram } from "./run-program.js";

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await emptyFolder()));
afterEach(async () => await remove());

/** A package whose programs are scripts of the given text. */
async function fakePackage(parent: string, script: string): Promise<{ native: string; version: string }> {
  const native = join(parent, "native");
  for (const name of ["bin", "lib", "share"]) await mkdir(join(native, name), { recursive: true });
  for (const name of ["initdb", "pg_ctl", "postgres"])
    await writeFile(join(native, "bin", name), script, { mode: 0o700 });
  await writeFile(join(native, "lib/libpq.so.5.18"), "", { mode: 0o600 });
  const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/../../../libpq.so.5" }];
  await writeFile(join(native, "pg-symlinks.json"), JSON.stringify(links));
  await chmod(join(native, "bin"), 0o755);
  return { native, version: "18.4.0-beta.17" };
}

describe("the PostgreSQL programs from npm", () => {
  test("a platform without a package is told the next step", () => {
    expect(() => findPackage("sunos", "sparc")).toThrow(
      expect.objectContaining({ code: "no-binaries", hint: expect.stringContaining("DATABASE_URL") }),
    );
  });

  test.skipIf(process.platform !== "linux")("run without their install script, the links being our own", async () => {
    const place = await preparePlace(folder);
    const { postgres, env, major } = await preparePrograms(findPackage(), place);
    const { stdout } = await promisify(execFile)(postgres, ["--version"], { env });
    expect(stdout).toContain(`PostgreSQL) ${major}.`);
    expect(Object.keys(env).sort()).toEqual(["LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ"]);
  });

  test("a program file that is missing is told", async () => {
    const place = await preparePlace(folder);
    const broken = preparePrograms({ native: join(folder, "nothing"), version: "18.4.0" }, place);
    await expect(broken).rejects.toMatchObject({ code: "no-binaries", message: expect.stringContaining("initdb") });
  });

  test.skipIf(process.platform === "win32").each([
    ["their loader is not there, as on Alpine", "#!/nowhere/ld-linux.so\n"],
    ["a shared library is missing", "#!/bin/sh\nexit 127\n"],
  ])("%s: no-binaries with the next step", async (_, script) => {
    const fake = await fakePackage(folder, script);
    const place = await preparePlace(join(folder, "data"));
    for (const name of ["initdb", "pg_ctl", "postgres"]) await chmod(join(fake.native, "bin", name), 0o755);
    const creation = createCluster(place, await preparePrograms(fake, place));
    await expect(creation).rejects.toMatchObject({ code: "no-binaries", hint: expect.stringContaining("Alpine") });
  });

  test.skipIf(process.platform === "win32")(
    "a path that a shell or the loader would misread is left by a copy",
    async () => {
      const odd = join(folder, "a:b$(touch x)");
      const fake = await fakePackage(odd, "#!/bin/sh\nexit 0\n");
      const place = await preparePlace(join(folder, "data"), { rootFolder: join(folder, "var") });
      const { initdb, env } = await preparePrograms(fake, place);
      const copy = join(initdb, "../..");
      expect(initdb.startsWith(odd)).toBe(false);
      expect(await readlink(join(copy, "lib/libpq.so.5"))).toBe("libpq.so.5.18");
      expect(((await stat(initdb)).mode & 0o777).toString(8)).toBe("755");
      expect(((await stat(join(copy, "lib/libpq.so.5.18"))).mode & 0o777).toString(8)).toBe("644");
      expect(env).not.toHaveProperty("LD_LIBRARY_PATH");
    },
  );

  test.skipIf(process.getuid?.() !== 0)(
    "root's server gets a copy of programs that its user cannot reach",
    async () => {
      const closed = join(folder, "closed");
      const fake = await fakePackage(closed, "#!/bin/sh\nexit 0\n");
      await chmod(closed, 0o700);
      const place = await preparePlace(join(folder, "data"), { rootFolder: join(folder, "var") });
      const [first, second] = await Promise.all([preparePrograms(fake, place), preparePrograms(fake, place)]);
      const { exitStatus } = await runProgram({ ...place, file: first.initdb, args: [], cwd: "/", env: first.env });
      expect([first.initdb, exitStatus]).toEqual([second.initdb, 0]);
    },
  );
});
