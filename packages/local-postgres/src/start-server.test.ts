import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clusterFolder, emptyFolder, type TestFolder } from "#testing/cluster-folder.js";
import { lastLines, LOG_LIMIT_BYTES, openLog } from "./log-file.js";
import { openPrivateServer } from "./private-server.js";

describe("a cluster that cannot be used", () => {
  let made: TestFolder;
  beforeAll(async () => (made = await clusterFolder()));
  afterAll(async () => await made.remove());

  test("a server that cannot start is told with the end of its log, before long", async () => {
    const settings = { wal_level: "nonsense" };
    const opening = openPrivateServer({ folder: made.folder, database: "jobs", settings, startDeadlineMs: 400 });
    await expect(opening).rejects.toMatchObject({
      code: "did-not-start",
      hint: expect.stringMatching(/postgres\/log ends: .*wal_level/),
    });
  });

  test("data of another major version is told before anything starts, and left alone", async () => {
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
    expect([await sizeAfter(LOG_LIMIT_BYTES), await sizeAfter(LOG_LIMIT_BYTES + 1)]).toEqual([LOG_LIMIT_BYTES, 0]);
  });

  test("is never written through a link", async () => {
    await symlink("/dev/null", join(made.folder, "log"));
    await expect(openLog(join(made.folder, "log"))).rejects.toMatchObject({ code: "ELOOP" });
  });

  test("is quoted briefly", () => {
    expect(lastLines(`first\n\n${"x".repeat(999)}\n2\n3\n4\n 5 \n`)).toBe(`${"x".repeat(200)} | 2 | 3 | 4 | 5`);
  });
});
