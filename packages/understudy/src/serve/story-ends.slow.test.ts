import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openStory } from "#testing/service-lab/story.js";

/** A clip of three seconds that is all swapped, so that there is a middle. */
const body = { consent: { attestedBy: "Story" }, plan: { swap: [{ startSeconds: 0, endSeconds: 3 }] } };

it("cancels on another process within a second in the middle of a region, and ends at its deadline what hangs", async () => {
  const story = await openStory({ UNDERSTUDY_JOBS_CONCURRENCY: "2" });
  onTestFinished(() => story.close());
  const words = ["--data", join(story.folder, "data")];
  await story.start("api", [...words, "--role", "api"]);
  await story.start("runner", [...words, "--role", "runner"]);
  const pair = await story.sendPair(3);
  const slow = { url: await openSlowServer() };
  const hanging = await story.render({ ...body, ...pair, source: slow, deadlineSeconds: 10 });
  const renderId = await story.render({ ...body, ...pair });
  await story.line("child begun", { renderId });
  const askedAt = Date.now();
  await story.client.call("POST", `/v1/renders/${renderId}/cancel`);
  const { time } = await story.line("render ended", { renderId, state: "cancelled" });
  expect(new Date(time).getTime() - askedAt).toBeLessThan(1000);
  expect(await story.end(renderId)).toMatchObject({ state: "cancelled" });
  expect(await story.end(hanging)).toMatchObject({ state: "failed", error: { code: "deadline-exceeded" } });
});

it("finishes what runs when it is told to stop, and leaves the rest for later", async () => {
  const story = await openStory();
  onTestFinished(() => story.close());
  const words = ["--data", join(story.folder, "data"), "--drain-seconds", "60"];
  const first = await story.start("first", words);
  const pair = await story.sendPair(3);
  const running = await story.render({ ...body, ...pair });
  const waiting = await story.render({ ...body, ...pair });
  await story.line("child begun", { renderId: running });
  expect(await first.stop()).toBe(0);
  const steps = story.log.filter(({ msg }) => /^(render begun|render ended|stopping)$/.test(msg));
  expect(steps).toMatchObject([
    { msg: "render begun", renderId: running },
    { msg: "stopping", running: 1 },
    { msg: "render ended", renderId: running, state: "finished" },
  ]);
  await story.start("second", words);
  expect(await story.end(waiting)).toMatchObject({ state: "finished" });
});

/** Sends a byte now and then, for ever. */
async function openSlowServer(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "video/mp4", "content-length": "1000000" });
    const drip = setInterval(() => response.write("x"), 500);
    response.on("close", () => clearInterval(drip));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/source.mp4`;
}
