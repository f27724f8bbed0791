import { expect, test } from "vitest";
import { keepBlobs, unsure } from "./mask-blobs.js";

const side = 32;

function maskOf(
  ...blocks: readonly (readonly [left: number, top: number, width: number, height: number, value?: number])[]
) {
  const mask = new Uint8Array(side * side);
  for (const [left, top, width, height, value = 255] of blocks)
    for (let y = top; y < top + height; y++) mask.fill(value, y * side + left, y * side + left + width);
  return mask;
}

const count = (mask: Uint8Array): number => mask.filter((value) => value !== 0).length;

test("specks and thin lines are noise", () => {
  const mask = maskOf([4, 4, 1, 1], [10, 10, 2, 2], [2, 20, 28, 1]);
  expect(keepBlobs(mask, side, 24)).toBe(false);
  expect(count(mask)).toBe(0);
});

test("a thing stays whole and grows by a texel, and takes in what is unsure and touches it", () => {
  const mask = maskOf([8, 8, 8, 8]);
  expect(keepBlobs(mask, side, 24)).toBe(true);
  expect(mask).toEqual(maskOf([7, 7, 10, 10]));
  const withTail = maskOf([8, 8, 8, 8], [16, 10, 6, 3, unsure], [26, 26, 3, 3, unsure]);
  keepBlobs(withTail, side, 24);
  expect(withTail[11 * side + 21]).toBe(255);
  expect(withTail[27 * side + 27]).toBe(0);
});

test("unsure places alone are nothing", () => {
  const mask = maskOf([4, 4, 20, 20, unsure]);
  expect(keepBlobs(mask, side, 24)).toBe(false);
  expect(count(mask)).toBe(0);
});
