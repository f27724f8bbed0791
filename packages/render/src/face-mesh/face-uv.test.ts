import { expect, test } from "vitest";
import { faceTexels, unwrappedFace, unwrapSide } from "./face-uv.js";
import { canonicalUv } from "./topology.js";

test("each covered texel is the place that its shares of three landmarks say", () => {
  const { texels, corners, shares } = unwrappedFace;
  let worst = 0;
  for (let k = 0; k < texels.length; k++) {
    let [u, v, sum] = [0, 0, 0];
    for (let c = 3 * k; c < 3 * k + 3; c++) {
      u += shares[c]! * canonicalUv[2 * corners[c]!]!;
      v += shares[c]! * canonicalUv[2 * corners[c]! + 1]!;
      sum += shares[c]!;
    }
    const column = u * unwrapSide - 0.5 - (texels[k]! % unwrapSide);
    const row = v * unwrapSide - 0.5 - Math.floor(texels[k]! / unwrapSide);
    worst = Math.max(worst, Math.abs(column), Math.abs(row), Math.abs(sum - 1));
  }
  expect(worst).toBeLessThan(1e-3);
});

test("texels are in order, each once, and plain skin is part of them", () => {
  const covered = new Set(unwrappedFace.texels);
  expect(covered.size).toBe(unwrappedFace.texels.length);
  expect(unwrappedFace.texels).toEqual(unwrappedFace.texels.toSorted());
  expect(covered.size).toBeGreaterThan(2400);
  expect(faceTexels.plain.length).toBeGreaterThan(1000);
  expect(faceTexels.plain.every((texel) => covered.has(texel))).toBe(true);
});
