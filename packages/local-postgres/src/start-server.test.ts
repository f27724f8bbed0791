import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { emptyFolder, type TestFolder } from "#testing/cluster-folder.js";
import { lastLines, logLimitBytes, openLog } from "./log-file.js";
import { preparePlace } from "./place.js";
import { openPrivateServer } from "./private-server.js";

describe("a cluster that cannot be used", () => {
  test("data of another major version is told before anything starts, and left alone", async () => {
    const made = await emptyFolder();
    onTestFinished(made.remove);
    await mkdir((await preparePlace(made.folder)).data);
    await writeFile(join(made.folder, "postgres/data/PG_VERSION"), "13\n");
    await expect(openPrivateServer({ folder: made.folder, database: "jobs" })).rejects.toMatchObject({
      code: "wrong-version",
      message: expect.stringMatching(/PostgreSQL 13; .*18/),
    });
  });
});

describe("the server's log", () => {
  let made: TestFolder;
  beforeEach(async () => (made = await emptyFolder()));
  afterEach(async () => await made.remove());

  test("starts empty again once it is over a mebibyte", async () => {
    const sizeAfter = async (byteLength: number): Promise<number> => {
      const path = join(made.folder, `log-${byteLength}`);
      await writeFile(path, Buffer.alloc(byteLength));
      const log = await openLog(path);
      return (await log.stat().finally(() => log.close())).size;
    };
    expect([await sizeAfter(logLimitBytes), await sizeAfter(logLimitBytes + 1)]).toEqual([logLimitBytes, 0]);
  });

  test("is never written through a link", async () => {
    await symlink("/dev/null", join(made.folder, "log"));
    await expect(openLog(join(made.folder, "log"))).rejects.toMatchObject({ code: "ELOOP" });
  });

  test("is quoted briefly", () => {
    expect(lastLines(`first\n\n${"x".repeat(999)}\n2\n3\n4\n 5 \n`)).toBe(`${"x".repeat(200)} | 2 | 3 | 4 | 5`);
  });
});
