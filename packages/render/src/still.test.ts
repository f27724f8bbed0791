import { expect, test } from "vitest";
import { createPlanes, readPhoto } from "#media/index.js";
import { createStillTaker } from "./still.js";

const grey = (level: number, widthPixels = 64, heightPixels = 32) => {
  const frame = createPlanes(widthPixels, heightPixels);
  frame.y.fill(level);
  return frame;
};

test("the picture is the first frame at its second, and no other is looked at", async () => {
  const still = createStillTaker({ atSeconds: 0.1, rotation: 0 });
  expect([0, 0.05].map((seconds) => still.wants(seconds))).toEqual([false, false]);
  // What another division makes of the same time.
  expect(still.wants(0.1 - 1e-9)).toBe(true);
  still.add(grey(30), 0.05);
  still.add(grey(130), 0.1);
  expect(still.wants(0.15)).toBe(false);
  still.add(grey(230), 0.15);
  const picture = await readPhoto((await still.finish())!, { maxInputBytes: 1e6 });
  expect(picture.rgb[0]).toBeGreaterThan(100);
  expect(picture.rgb[0]).toBeLessThan(170);
});

test("it is upright, and 640 pixels on its longer side at most", async () => {
  const still = createStillTaker({ atSeconds: 0, rotation: 90 });
  still.add(grey(130, 1280, 720), 0);
  expect(await readPhoto((await still.finish())!, { maxInputBytes: 1e6 })).toMatchObject({
    widthPixels: 360,
    heightPixels: 640,
  });
});

test("there is none of a film that ended before", async () => {
  expect(await createStillTaker({ atSeconds: 1, rotation: 0 }).finish()).toBeUndefined();
});
