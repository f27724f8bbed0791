import { expect, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { openPaintRoom } from "./paint-room.js";

test("what is hidden is not drawn, what is seen is, and the edge between them is soft", () => {
  const [width, height] = [48, 32];
  const chroma = new Uint8Array((width * height) / 4);
  const frame: PlanarFrame = {
    widthPixels: width,
    heightPixels: height,
    y: new Uint8Array(width * height),
    u: chroma,
    v: chroma,
    lumaStride: width,
    chromaStride: width / 2,
    isFullRange: false,
    matrix: "bt709",
  };
  const room = openPaintRoom();
  room.enter(frame, { left: 0, top: 0, right: width, bottom: height });
  const { hidden, opacity } = room.planes;
  for (let o = 0; o < 12 * 8; o++) hidden[o] = o % 12 < 6 ? 255 : 0;
  opacity.fill(0.8);
  room.kernels.run.hideBehind(room.scene);
  const row = [...opacity.subarray(8 * 24, 9 * 24)];
  expect(row[2]).toBeCloseTo(0, 5);
  expect(row.at(-3)).toBeCloseTo(0.8, 5);
  const edge = row.filter((value) => value > 0.05 && value < 0.75);
  expect(edge.length).toBeGreaterThanOrEqual(3);
  expect(row).toEqual(row.toSorted((a, b) => a - b));
});
