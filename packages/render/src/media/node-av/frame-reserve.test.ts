import { expect, it } from "vitest";
import { FrameReserve } from "./frame-reserve.js";
import { loadNodeAv } from "./load.js";
import { frameFromPlanes } from "./planes-to-frame.js";

const av = await loadNodeAv();

function greyFrame(luma: number) {
  return frameFromPlanes(av, {
    widthPixels: 32,
    heightPixels: 16,
    y: new Uint8Array(512).fill(luma),
    u: new Uint8Array(128).fill(128),
    v: new Uint8Array(128).fill(128),
    lumaStride: 32,
    chromaStride: 16,
  });
}

it("gives the same memory to one picture after the other, but not while somebody else holds its pixels", () => {
  const reserve = new FrameReserve(av);
  const [dark, light] = [greyFrame(20), greyFrame(200)];
  const first = reserve.copyOf(dark);
  expect(first.data[0]![0]).toBe(20);
  reserve.giveBack(first);
  const second = reserve.copyOf(light);
  expect(second).toBe(first);
  expect(second.data[0]![0]).toBe(200);
  const held = second.native.clone()!;
  reserve.giveBack(second);
  const third = reserve.copyOf(dark);
  expect(third).not.toBe(second);
  expect(held.data![0]![0]).toBe(200);
  for (const frame of [held, dark, light]) frame.free();
  reserve.giveBack(third);
  reserve.close();
});
