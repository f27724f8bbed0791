import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256Of, sharePeopleWorld } from "#people/testing/people-world.js";

const shared = sharePeopleWorld();

describe("POST /v1/verify", () => {
  test("says what the command says of an upload, and leaves no copy behind", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const uploadId = await world.upload(owner, "found.mp4", "video/mp4");
    const answer = await owner.ask("POST", "/v1/verify", { uploadId });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      file: "found.mp4",
      verdict: "unmarked",
      sha256: sha256Of("found.mp4"),
      matches: [],
    });
    expect(await readdir(join(world.service.config.dataFolder, "work"))).toEqual([]);
  });

  test("compares with the caller's own renders only", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const consent = await world.consent(owner, "jo");
    const { id } = await world.render(owner, consent, { state: "running" });
    const outputs = [{ path: "/gone/video.mp4", sha256: sha256Of("delivered"), byteLength: 9 }];
    await world.service.dataOf(owner.ownerId).renders.end(id, { state: "finished", outputs }, world.clock.now);
    const verify = async (who: typeof owner) => {
      const uploadId = await world.upload(who, "delivered", "video/mp4");
      return (await who.ask("POST", "/v1/verify", { uploadId })).json();
    };
    expect(await verify(owner)).toMatchObject({ verdict: "ours", matches: [{ renderId: id, consentState: "live" }] });
    expect(await verify(other)).toMatchObject({ verdict: "unmarked", matches: [], looksLike: [] });
  });

  test("knows no uploads of other owners, nor such that have not arrived", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const uploadId = await world.upload(owner, "found.mp4", "video/mp4");
    expect((await other.ask("POST", "/v1/verify", { uploadId })).status).toBe(404);
    await world.service.database.pool.query("update understudy.upload set state = 'open' where id = $1", [uploadId]);
    expect((await owner.ask("POST", "/v1/verify", { uploadId })).status).toBe(400);
  });
});
