import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import type { FaceEngine } from "#engines/face-engine.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";
import { createMeshEngine } from "./index.js";

async function readPhoto(name: string): Promise<RgbImage> {
  const { data, info } = await sharp(join(sharedMedia, name))
    .rotate()
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPixels: info.width, heightPixels: info.height, rgb: data };
}

describe.skipIf(!hasSharedMedia)("the gate on real photos", () => {
  let engine: FaceEngine;
  beforeAll(() => {
    engine = createMeshEngine();
  });
  afterAll(() => engine.close());

  test.each<[string, ErrorCode | "accepted"]>([
    ["photo-woman-studio.jpg", "accepted"],
    ["photo-man-studio.jpg", "accepted"],
    ["photo-man-greenscreen.jpg", "accepted"],
    ["photo-man-beard.jpg", "accepted"],
    ["photo-astronaut.jpg", "face-too-small"],
    ["photo-woman-lowlight.jpg", "face-turned-away"],
    ["photo-many-faces.jpg", "many-faces-in-photo"],
    ["photo-no-face.jpg", "no-face-in-photo"],
  ])("%s: %s", async (name, expected) => {
    expect(await readdir(sharedMedia)).toContain(name);
    const verdict = await engine.readFaces([await readPhoto(name)]).then(
      () => "accepted",
      (thrown: { code: ErrorCode }) => thrown.code,
    );
    expect(verdict).toBe(expected);
  });

  test("photos of two people are refused as one person's", async () => {
    const photos = [await readPhoto("photo-man-beard.jpg"), await readPhoto("photo-man-studio.jpg")];
    await expect(engine.readFaces(photos)).rejects.toThrow(
      expect.objectContaining({ code: "face-mismatch", message: expect.stringContaining("Photo 2") }),
    );
  });
});
