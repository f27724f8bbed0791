import type { Frame } from "node-av/lib";
import type { PlanarFrame } from "#model/image.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";

/** Copies planes into a frame of FFmpeg's own memory. */
export function frameFromPlanes(av: NodeAv, planes: PlanarFrame): Frame {
  const frame = new av.lib.Frame();
  frame.alloc();
  frame.format = av.constants.AV_PIX_FMT_YUV420P;
  frame.width = planes.widthPixels;
  frame.height = planes.heightPixels;
  check(av, frame.getBuffer(), "internal-error", "No memory for a picture");
  const [y, u, v] = frame.data ?? [];
  const [lumaStride = 0, chromaStride = 0] = frame.linesize;
  const chromaWidth = (planes.widthPixels + 1) >> 1;
  const chromaHeight = (planes.heightPixels + 1) >> 1;
  copyRows(y, lumaStride, planes.y, planes.lumaStride, planes.widthPixels, planes.heightPixels);
  copyRows(u, chromaStride, planes.u, planes.chromaStride, chromaWidth, chromaHeight);
  copyRows(v, chromaStride, planes.v, planes.chromaStride, chromaWidth, chromaHeight);
  return frame;
}

function copyRows(
  to: Uint8Array | undefined,
  toStride: number,
  from: Uint8Array,
  fromStride: number,
  width: number,
  height: number,
): void {
  if (to === undefined) return;
  if (toStride === fromStride) {
    to.set(from.subarray(0, Math.min(to.length, (height - 1) * fromStride + width)));
    return;
  }
  for (let row = 0; row < height; row++) {
    to.set(from.subarray(row * fromStride, row * fromStride + width), row * toStride);
  }
}
