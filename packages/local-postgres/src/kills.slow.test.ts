import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, serverIdOf } from "#testing/ask.js";
import { emptyFolder } from "#testing/cluster-folder.js";
import { startOpener } from "#testing/opener.js";
import { openPostgres } from "./open-postgres.js";

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await emptyFolder()));
afterEach(async () => await remove());

/** The next start must find the data, leave nothing half made, and end clean. */
async function expectGoodNextStart(sql: string, answer: readonly unknown[]): Promise<void> {
  const { connection, stop } = await openPostgres({ folder });
  const found = await ask(connection, sql).finally(stop);
  const names = await readdir(join(folder, "postgres"));
  expect(found).toEqual(answer);
  expect(names.filter((name) => name.startsWith("init-"))).toEqual([]);
  expect(await serverIdOf(folder)).toBeUndefined();
}

describe.skipIf(process.platform === "win32")("processes that come, go and die", () => {
  test("three that start at the same moment on an empty folder share one server; the last stops it", async () => {
    const openers = [startOpener(folder), startOpener(folder), startOpener(folder)];
    const urls = await Promise.all(openers.map(({ opened }) => opened));
    const id = await serverIdOf(folder);
    const starts = await Promise.all(
      urls.map((url) => ask({ connectionString: url ?? "" }, "select pg_postmaster_start_time()")),
    );
    expect(new Set(starts.map(String)).size).toBe(1);
    await openers[0]?.close();
    await openers[1]?.close();
    expect(await serverIdOf(folder)).toBe(id);
    await openers[2]?.close();
    expect(await serverIdOf(folder)).toBeUndefined();
  });

  test("kill -9 of the only user leaves the server running; the next one adopts it and stops it at the end", async () => {
    const first = startOpener(folder);
    await first.opened;
    const id = await serverIdOf(folder);
    await first.kill();
    const next = startOpener(folder);
    const url = await next.opened;
    expect(await ask({ connectionString: url ?? "" }, "select 26")).toEqual([26]);
    expect(await serverIdOf(folder)).toBe(id);
    await next.close();
    expect(await serverIdOf(folder)).toBeUndefined();
  });

  test("kill -9 in the middle of initdb, four times, leaves nothing that the next start trips over", async () => {
    for (const waitMs of [250, 500, 800, 1100]) {
      const opener = startOpener(folder);
      await Promise.race([delay(waitMs), opener.opened]);
      await opener.kill();
    }
    await expectGoodNextStart("select 1", [1]);
  });

  test("8 kills of everything at scattered points of the start lose no committed row", async () => {
    const { connection, stop } = await openPostgres({ folder });
    await ask(connection, "create table kept (n int)");
    await stop();
    let committed = 0;
    for (let round = 0; round < 8; round++) {
      const opener = startOpener(folder);
      // Scattered over the start of Node, of the server and the time after.
      const url = await Promise.race([opener.opened, delay(40 + round * 35, undefined)]);
      if (url !== undefined) {
        await ask({ connectionString: url }, `insert into kept values (${round})`);
        committed += 1;
      }
      const id = await serverIdOf(folder);
      if (id !== undefined && round % 2 === 0) process.kill(id, "SIGKILL");
      await opener.kill();
      if (id !== undefined && round % 2 === 1) process.kill(id, "SIGKILL");
    }
    await expectGoodNextStart("select count(*)::int from kept", [committed]);
  });
});
