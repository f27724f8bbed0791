import { describe, expect, test } from "vitest";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import { createPhotoPainters } from "./photo-painters.js";

const grey = (): PlanarFrame => ({
  widthPixels: 8,
  heightPixels: 8,
  y: new Uint8Array(64).fill(100),
  u: new Uint8Array(16).fill(128),
  v: new Uint8Array(16).fill(128),
  lumaStride: 8,
  chromaStride: 4,
  isFullRange: false,
  matrix: "bt709",
});

const box: PixelBox = { left: 2, top: 2, right: 6, bottom: 6 };

/** Fills the box with the painter's own brightness. */
function fillBox(luma: number, frame: PlanarFrame): PixelBox {
  for (let y = box.top; y < box.bottom; y++) frame.y.fill(luma, 8 * y + box.left, 8 * y + box.right);
  return box;
}

/** Painters are their own brightness: 40 for photo 0, 80 for photo 1, and so on. */
function painters(made: number[] = []) {
  return createPhotoPainters((photo) => {
    made.push(photo);
    return 40 * (photo + 1);
  });
}

describe("painting from several photos", () => {
  test("draws one photo where one is shown", () => {
    const frame = grey();
    expect(painters().paint(frame, { photo: 1 }, fillBox)).toEqual(box);
    expect(frame.y[8 * 3 + 3]).toBe(80);
  });

  test("mixes two by their shares, and touches nothing outside the box", () => {
    const frame = grey();
    expect(painters().paint(frame, { photo: 0, other: { photo: 2, share: 0.4 } }, fillBox)).toEqual(box);
    expect(frame.y[8 * 3 + 3]).toBe(72);
    expect(frame.y.filter((value) => value === 100)).toHaveLength(48);
    expect([...frame.u, ...frame.v].every((value) => value === 128)).toBe(true);
  });

  test("says so when the face is too small to be drawn", () => {
    const frame = grey();
    expect(painters().paint(frame, { photo: 0, other: { photo: 1, share: 0.2 } }, () => undefined)).toBeUndefined();
    expect(frame).toEqual(grey());
  });

  test("keeps two painters alive and makes a third anew", () => {
    const made: number[] = [];
    const all = painters(made);
    for (const blend of [{ photo: 0 }, { photo: 0, other: { photo: 1, share: 0.4 } }, { photo: 1 }, { photo: 0 }]) {
      all.paint(grey(), blend, fillBox);
    }
    expect(made).toEqual([0, 1]);
    for (const blend of [{ photo: 1, other: { photo: 2, share: 0.2 } }, { photo: 2 }, { photo: 0 }]) {
      all.paint(grey(), blend, fillBox);
    }
    expect(made).toEqual([0, 1, 2, 0]);
  });
});
