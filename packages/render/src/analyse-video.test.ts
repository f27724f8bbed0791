import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { defaultLimits } from "#model/request.js";
import { createInProcessRun } from "#model/run.js";
import { writeActorClip } from "#testing/actor-clip.js";
import { analyseVideo } from "./analyse-video.js";
import { createPrepareServices } from "./local-services.js";

it("lists two people who are seen together, and draws where they are", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-people-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const sourcePath = join(folder, "source.mp4");
  await writeActorClip(sourcePath, { actorCount: 2, frameRate: 4, durationSeconds: 2, gopFrames: 4, hasSound: false });
  const services = { ...createPrepareServices({ workers: 1 }), workFolder: folder };
  const request = { sourcePath, stitch: "smart", limits: defaultLimits, wantsSheet: true } as const;
  const { people, left, right, plan, sheet } = await analyseVideo(request, createInProcessRun({}), services);

  expect(people.map(({ number, seconds }) => ({ number, seconds }))).toEqual([
    { number: 1, seconds: 2 },
    { number: 2, seconds: 2 },
  ]);
  expect([left, right].sort()).toEqual([1, 2]);
  expect(plan.frameCount).toBe(8);
  expect(JSON.stringify(people)).not.toContain("views");
  expect(await readdir(folder)).toEqual(["source.mp4"]);

  // Two tiles of 320 x 240, one over the other, 12 pixels around them; each with a yellow box at the left edge of its person.
  expect([sheet!.widthPixels, sheet!.heightPixels]).toEqual([344, 516]);
  const yellow = people.map(({ number, example }, tile) => {
    const { centerX, centerY, sizePixels } = example.faces.find((face) => face.number === number)!.box;
    const x = 12 + Math.round(centerX - sizePixels / 2) + 1;
    const y = 12 + 252 * tile + Math.round(centerY);
    return [...sheet!.rgb.subarray(3 * (y * 344 + x), 3 * (y * 344 + x) + 3)];
  });
  expect(yellow).toEqual([
    [255, 208, 0],
    [255, 208, 0],
  ]);
});
