import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { copyBuild } from "#testing/service-lab/copy-build.js";
import { openStory } from "#testing/service-lab/story.js";

it("ends with the next release a render that the last one began, and takes its finished region from it", async () => {
  const story = await openStory();
  onTestFinished(() => story.close());
  const next = await copyBuild(join(story.folder, "next"), "999.0.0");
  const words = ["--data", join(story.folder, "data"), "--drain-seconds", "0"];
  const last = await story.start("last", words);
  const pair = await story.sendPair(4);
  const plan = { swap: [0, 2].map((startSeconds) => ({ startSeconds, endSeconds: startSeconds + 1 })) };
  const id = await story.render({ ...pair, plan, stitch: "smart", consent: { attestedBy: "Story" } });
  await story.line("child begun", { renderId: id, child: "swap-region-1" });
  await last.stop();
  await story.start("next", words, {}, next);
  expect(await story.line("serving", { by: "next" })).toMatchObject({ version: "999.0.0" });
  expect(await story.end(id)).toMatchObject({ state: "finished" });
  const lives = story.log.filter(({ renderId, child }) => renderId === id && String(child).startsWith("swap-"));
  expect(lives.map(({ by, child, msg }) => `${by} ${String(child)} ${msg}`)).toEqual([
    "last swap-region-0 child begun",
    "last swap-region-0 child kept",
    "last swap-region-1 child begun",
    "next swap-region-0 child taken from an earlier life",
    "next swap-region-1 child begun",
    "next swap-region-1 child kept",
  ]);
});
