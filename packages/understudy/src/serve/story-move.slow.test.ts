import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { RenderAnswer } from "#testing/service-lab/api-client.js";
import { hasDebianServer, startDebianServer } from "#testing/service-lab/debian-server.js";
import { runCommand } from "#testing/service-lab/run-command.js";
import { openStory } from "#testing/service-lab/story.js";

const isThere = await hasDebianServer();

it.skipIf(!isThere)("moves a used service to a server: links work on, and what failed is run again there", async () => {
  const story = await openStory();
  onTestFinished(() => story.close());
  const data = join(story.folder, "data");
  const old = await story.start("old", ["--data", data]);
  const pair = await story.sendPair(2);
  const video = await openVideoServer(join(story.folder, "source.mp4"));
  const rest = {
    face: pair.face,
    plan: { swap: [{ startSeconds: 0, endSeconds: 1 }] },
    consent: { attestedBy: "Story" },
  };
  const made = await story.end(await story.render({ ...rest, source: pair.source }));
  const failed = await story.end(await story.render({ ...rest, source: { url: video.url } }));
  expect([made.state, failed.state]).toEqual(["finished", "failed"]);
  await old.stop();

  const file = join(story.folder, "all.understudy");
  await runCommand(["db", "export", file], { UNDERSTUDY_DATA_FOLDER: data });
  const database = await startDebianServer(story.folder);
  onTestFinished(() => database.stop());
  const environment = { DATABASE_URL: database.url };
  await runCommand(["db", "import", file], { UNDERSTUDY_DATA_FOLDER: data, ...environment });
  const moved = await story.start("new", ["--data", data], environment);
  onTestFinished(async () => void (await moved.stop()));

  const { renders } = await story.client.call<{ renders: RenderAnswer[] }>("GET", "/v1/renders");
  expect(renders.map(({ id, state }) => [id, state])).toEqual([
    [failed.id, "failed"],
    [made.id, "finished"],
  ]);
  const { url, sha256 } = renders[1]!.output!;
  expect(new URL(url).pathname).toBe(new URL(made.output!.url).pathname);
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
  video.isThere = true;
  await story.client.call("POST", `/v1/renders/${failed.id}/retry`);
  expect(await story.end(failed.id)).toMatchObject({ state: "finished" });
});

/** Has a video, but not at first. */
async function openVideoServer(path: string) {
  const bytes = await readFile(path);
  const server = createServer((_, response) => {
    response.writeHead(state.isThere ? 200 : 404, { "content-type": "video/mp4" });
    response.end(state.isThere ? bytes : undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const state = { isThere: false, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/source.mp4` };
  return state;
}
