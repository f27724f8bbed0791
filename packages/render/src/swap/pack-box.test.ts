import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import { boxByteLength, maxPackedBytes, packBox, unpackBox } from "./pack-box.js";
import { noisyFrame } from "./testing/noisy-frame.js";

const boxes: PixelBox[] = [
  { left: 8, top: 4, right: 40, bottom: 36 },
  { left: 0, top: 0, right: 63, bottom: 47 },
  { left: 7, top: 5, right: 20, bottom: 6 },
  { left: 62, top: 46, right: 63, bottom: 47 },
];

it.each(boxes)("brings back every value of the box %j, and touches no other", (box) => {
  const drawn = noisyFrame(63, 47, 1);
  const target = noisyFrame(63, 47, 2);
  const expected = bytesOf(mix(noisyFrame(63, 47, 2), drawn, box));
  expect(unpackBox(packBox(drawn, box), target, box)).toBe(true);
  expect(bytesOf(target).equals(expected)).toBe(true);
});

it("stays within its bound for the worst there is", () => {
  const frame = noisyFrame(64, 64, 1);
  for (const plane of [frame.y, frame.u, frame.v]) crypto.getRandomValues(plane);
  const box = { left: 0, top: 0, right: 64, bottom: 64 };
  expect(packBox(frame, box).length).toBeLessThanOrEqual(maxPackedBytes(box));
});

it.each([
  ["too many bytes", deflateRawSync(Buffer.alloc(50_000_000))],
  ["too few bytes", deflateRawSync(Buffer.alloc(10))],
  ["no deflated bytes", Buffer.from("not deflated")],
  ["nothing", Buffer.alloc(0)],
])("leaves the frame alone when the payload holds %s", (_, payload) => {
  const box = { left: 8, top: 4, right: 40, bottom: 36 };
  const frame = noisyFrame(64, 48, 3);
  expect(boxByteLength(box)).toBe(32 * 32 * 1.5);
  expect(unpackBox(payload, frame, box)).toBe(false);
  expect(bytesOf(frame).equals(bytesOf(noisyFrame(64, 48, 3)))).toBe(true);
});

function bytesOf({ y, u, v }: PlanarFrame): Buffer {
  return Buffer.concat([y, u, v]);
}

/** `under` with the values of `over` inside the box. */
function mix(under: PlanarFrame, over: PlanarFrame, { left, top, right, bottom }: PixelBox): PlanarFrame {
  for (const [name, divisor, stride] of [
    ["y", 1, 63],
    ["u", 2, 32],
    ["v", 2, 32],
  ] as const) {
    const [l, t] = [Math.floor(left / divisor), Math.floor(top / divisor)];
    const [r, b] = [Math.ceil(right / divisor), Math.ceil(bottom / divisor)];
    for (let y = t; y < b; y++) for (let x = l; x < r; x++) under[name][y * stride + x] = over[name][y * stride + x]!;
  }
  return under;
}
