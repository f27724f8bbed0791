import { expect, test } from "vitest";
import { fitLight } from "./face-light.js";

const side = 64;
const texels = Uint16Array.from({ length: 40 * 40 }, (_, k) => (12 + Math.floor(k / 40)) * side + 12 + (k % 40));
const lamp = (texel: number): number => 0.1 + 0.002 * (texel % side) - 0.001 * Math.floor(texel / side);

test("a lamp that moved is taken away though a third of the face is hidden", () => {
  const values = new Float32Array(side * side);
  for (const texel of texels) values[texel] = lamp(texel) + (texel % side < 25 ? 0.9 : 0);
  const light = fitLight(values, texels, 0.1);
  const seen = texels.filter((texel) => texel % side >= 27);
  const worst = Math.max(...Array.from(seen, (texel) => Math.abs(light(texel) - lamp(texel))));
  expect(worst).toBeLessThan(0.04);
});

test("too few texels say nothing", () => {
  expect(fitLight(new Float32Array(side * side).fill(1), texels.subarray(0, 20), 0.1)(0)).toBe(0);
});
