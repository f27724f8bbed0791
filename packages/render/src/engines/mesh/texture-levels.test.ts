import { describe, expect, test } from "vitest";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { FaceTexture } from "./face-texture.js";
import { createTextureLevels } from "./texture-levels.js";

const sidePixels = 64;
const plane = (value: number): Float32Array => new Float32Array(sidePixels ** 2).fill(value);

/** A face of one grey. */
function greyTexture(): FaceTexture {
  return {
    sidePixels,
    channels: [plane(120), plane(120), plane(120)],
    mesh: new Float32Array(3 * meshVertexCount),
    facePixels: 58,
    facing: new Float32Array(meshVertexCount),
    cover: new Float32Array(16).fill(1),
    coverSide: 4,
    skinCoverage: 1,
    shownShare: 1,
  };
}

describe("the sizes of a texture", () => {
  test("are smaller for smaller faces, and keep its colour", () => {
    const levels = createTextureLevels(greyTexture(), "bt709", true);
    const [large, small] = [levels.levelFor(58), levels.levelFor(20)];
    expect(large.sidePixels).toBe(sidePixels);
    expect(small.sidePixels).toBeLessThan(sidePixels / 2);
    for (const { luma, colour, halfSide } of [large, small]) {
      expect(luma.every((value) => Math.abs(value - 120) < 1e-3)).toBe(true);
      expect(colour).toHaveLength(3 * halfSide ** 2);
      expect([...colour.subarray(0, 3)].map(Math.round)).toEqual([0, 0, 1]);
    }
  });

  test("are made once for all regions whose colours are alike, and for no other texture", () => {
    const texture = greyTexture();
    const level = createTextureLevels(texture, "bt709", false).levelFor(30);
    expect(createTextureLevels(texture, "bt709", false).levelFor(30)).toBe(level);
    expect(createTextureLevels(texture, "bt601", false).levelFor(30)).not.toBe(level);
    expect(createTextureLevels(greyTexture(), "bt709", false).levelFor(30)).not.toBe(level);
  });
});
