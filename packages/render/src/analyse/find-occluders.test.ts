import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unwrappedFace, unwrapSide } from "#face-mesh/face-uv.js";
import type { TrackWriter } from "#face-track/track-writer.js";
import { findOccluders } from "./find-occluders.js";
import { openSkinReader, openSkinWriter } from "./skin-file.js";
import { createFaceSkin, type FaceSkin } from "./unwrap-face.js";

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-occluders-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An even face with a little noise, and something dark over the middle of one cheek. */
function skinOf(n: number, isHidden: boolean): FaceSkin {
  const skin = createFaceSkin();
  for (const texel of unwrappedFace.texels) {
    const [x, y] = [texel % unwrapSide, Math.floor(texel / unwrapSide)];
    const isDark = isHidden && Math.hypot(x - 18, y - 36) < 8;
    skin.luma[texel] = (isDark ? 40 : 120) + ((x * 7 + y * 3 + n) % 3);
    skin.blue[texel] = 118;
    skin.red[texel] = 140;
    skin.facing[texel] = 255;
  }
  return skin;
}

/** Two parts of 20 frames; the face is hidden in 15 to 24, and away in the last five. */
async function find(runs: Uint32Array) {
  const parts = [];
  for (const startFrame of [0, 20]) {
    const path = join(folder, `${startFrame}.skin`);
    const writer = await openSkinWriter(path);
    for (let n = startFrame; n < startFrame + 20; n++) {
      await writer.append(runs[n] === 0 ? undefined : skinOf(n, n >= 15 && n < 25));
    }
    await writer.finish();
    parts.push({ startFrame, endFrame: startFrame + 20, skin: openSkinReader(path) });
  }
  const masks = new Map<number, Uint8Array>();
  const appendMask: TrackWriter["appendMask"] = async (n, mask) => void masks.set(n, mask);
  const usualLuma = await findOccluders({ parts, runs }, { appendMask }, signal);
  for (const { skin } of parts) skin.close();
  return { masks, usualLuma };
}

describe("what is in front of the face", () => {
  it("is found in the frames in which it is there, over the border of two parts", async () => {
    const { masks, usualLuma } = await find(new Uint32Array(40).fill(1, 0, 35));
    expect([...masks.keys()]).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    const mask = masks.get(20)!;
    expect([mask[36 * unwrapSide + 18], mask[36 * unwrapSide + 46]]).toEqual([255, 0]);
    expect(usualLuma![36 * unwrapSide + 18]).toBeCloseTo(121, -1);
  });

  it("is not told from a face of which too little is seen", async () => {
    const { masks, usualLuma } = await find(new Uint32Array(40).fill(1, 0, 6));
    expect([masks.size, usualLuma]).toEqual([0, undefined]);
  });
});

it("a skin file gives back each frame, and says when it ends early", async () => {
  const path = join(folder, "round.skin");
  const writer = await openSkinWriter(path);
  await writer.append(skinOf(0, false));
  await writer.append(undefined);
  await writer.append(skinOf(2, true));
  await writer.finish();
  const reader = openSkinReader(path);
  expect(reader.read(2)).toEqual(skinOf(2, true));
  expect(reader.read(1)).toEqual(createFaceSkin());
  expect(reader.read(0)).toEqual(skinOf(0, false));
  expect(() => reader.read(3)).toThrow("ends early");
  reader.close();
});
