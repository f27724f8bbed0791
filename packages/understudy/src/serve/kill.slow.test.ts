import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasDebianServer, startDebianServer } from "#testing/service-lab/debian-server.js";
import { playKillTest, type KillTestOptions } from "#testing/service-lab/kill-test.js";

const isDebianThere = await hasDebianServer();

/** Small enough for every change; `bench/kill.js` plays sixty. */
const options: KillTestOptions = {
  renderCount: 6,
  serverCount: 2,
  killEverySeconds: 3,
  seed: 11,
  limitSeconds: 300,
  verifiesEach: false,
  onProgress: () => undefined,
};

/** Everything that was accepted is finished, once, is what it says, and was told under one id. */
const nothingLost = { finished: options.renderCount, lost: [], repeated: [], unverified: [], untold: [] };

describe("two servers, of which one or the database is killed every few seconds", () => {
  it("lose nothing on the private PostgreSQL, do nothing twice, and tell every end", async () => {
    const result = await playKillTest(options);
    expect(result).toMatchObject(nothingLost);
    expect(result.serverKills + result.databaseKills).toBeGreaterThan(2);
  });

  it.skipIf(!isDebianThere)("nor on a PostgreSQL of one's own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "understudy-debian-"));
    await chmod(folder, 0o711);
    const server = await startDebianServer(folder);
    try {
      const own = { databaseUrl: server.url, killDatabase: () => server.crash() };
      expect(await playKillTest({ ...options, ...own })).toMatchObject(nothingLost);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
