import { expect, test } from "vitest";
import { faceTexels, unwrappedFace, unwrapSide } from "#face-mesh/face-uv.js";
import { learnSkin, occlusionOf, steadyMask } from "./occlusion-model.js";
import { createFaceSkin, type FaceSkin } from "./unwrap-face.js";

interface Thing {
  readonly column: number;
  readonly row: number;
}

/** A talking face under a wandering light, with noise; in front of it, perhaps, something round and darker. */
function skinAt(n: number, thing?: Thing): FaceSkin {
  const skin = createFaceSkin();
  for (const texel of unwrappedFace.texels) {
    const [column, row] = [texel % unwrapSide, Math.floor(texel / unwrapSide)];
    const features = 12 * Math.sin(column / 3) * Math.cos(row / 4);
    const light = 1 + 0.2 * Math.sin(n / 7) * (column / 32 - 1) + 0.1 * Math.cos(n / 5);
    const jaw = row > 42 && row < 48 && Math.abs(column - 32) < 8 ? 40 * Math.sin(n) : 0;
    const noise = ((Math.imul(n * 4096 + texel + 1, 2654435761) >>> 24) & 7) - 3.5;
    skin.luma[texel] = (130 + features) * light + jaw + noise;
    skin.blue[texel] = 112 + noise / 4;
    skin.red[texel] = 148 - noise / 4;
    skin.facing[texel] = 255;
    if (thing && isOn(thing, texel)) {
      skin.luma[texel] = 95 * light;
      skin.red[texel] = 142;
    }
  }
  return skin;
}

function isOn({ column, row }: Thing, texel: number, radius = 10): boolean {
  return ((texel % unwrapSide) - column) ** 2 + (Math.floor(texel / unwrapSide) - row) ** 2 < radius ** 2;
}

const frames = 40;
/** Crosses the face from left to right in frames 12-28. */
const thingAt = (n: number): Thing | undefined =>
  n >= 12 && n < 29 ? { column: 12 + 2.4 * (n - 12), row: 38 } : undefined;

function masksOf(skins: readonly FaceSkin[]): (Uint8Array | undefined)[] {
  const model = learnSkin(skins.filter((_, n) => n % 2 === 0))!;
  const raw = skins.map((skin) => occlusionOf(model, skin));
  return raw.map((mask, n) => steadyMask(raw[n - 1], mask, raw[n + 1]));
}

test("nothing is found in front of somebody who talks while the light moves", () => {
  const masks = masksOf(Array.from({ length: frames }, (_, n) => skinAt(n)));
  expect(masks.every((mask) => mask === undefined)).toBe(true);
});

test("something that crosses the face is found while it is there, and nothing beside it", () => {
  const masks = masksOf(Array.from({ length: frames }, (_, n) => skinAt(n, thingAt(n))));
  let [hit, hidden, wrong] = [0, 0, 0];
  for (const [n, mask] of masks.entries()) {
    const thing = thingAt(n);
    for (const texel of faceTexels.plain) {
      const isThere = thing !== undefined && isOn(thing, texel);
      const isMasked = mask !== undefined && mask[texel]! > 0;
      if (isThere) hidden++;
      if (isThere && isMasked) hit++;
      const isNear = thing !== undefined && isOn(thing, texel, 14);
      if (!isThere && !isNear && isMasked) wrong++;
    }
  }
  expect(hit / hidden).toBeGreaterThan(0.9);
  expect(wrong / (frames * faceTexels.plain.length)).toBeLessThan(0.01);
});

test("what is always there is the person's own", () => {
  const masks = masksOf(Array.from({ length: frames }, (_, n) => skinAt(n, { column: 20, row: 20 })));
  expect(masks.every((mask) => mask === undefined)).toBe(true);
});

test("a lamp that is switched on hides nobody", () => {
  const skins = Array.from({ length: frames }, (_, n) => skinAt(n));
  const model = learnSkin(skins)!;
  const bright = skinAt(3);
  bright.luma.forEach((value, texel) => (bright.luma[texel] = value * 1.4));
  expect(occlusionOf(model, bright)).toBeUndefined();
});

test("a handful of frames is too few to tell", () => {
  expect(learnSkin(Array.from({ length: 5 }, (_, n) => skinAt(n)))).toBeUndefined();
});

test("what shows in one frame only is noise; a gap of one frame is closed", () => {
  const mask = new Uint8Array(unwrapSide ** 2).fill(255, 100, 110);
  expect(steadyMask(undefined, mask, undefined)).toBeUndefined();
  expect(steadyMask(mask, undefined, mask)).toEqual(mask);
});
