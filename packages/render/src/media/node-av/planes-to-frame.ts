import type { Frame } from "node-av/lib";
import { copyPlanes, type Planes } from "#media/copy-planes.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";

/** A frame of FFmpeg's own memory, and a view of its pixels. */
export interface FrameView {
  readonly native: Frame;
  readonly planes: Planes;
}

/** Gives a 4:2:0 frame whose pixels are not set. */
export function createFrame(av: NodeAv, { widthPixels, heightPixels }: FrameSize): FrameView {
  const native = new av.lib.Frame();
  native.alloc();
  native.format = av.constants.AV_PIX_FMT_YUV420P;
  native.width = widthPixels;
  native.height = heightPixels;
  check(av, native.getBuffer(), "internal-error", "No memory for a picture");
  const [y, u, v] = native.data ?? [];
  const [lumaStride = 0, chromaStride = 0] = native.linesize;
  if (y === undefined || u === undefined || v === undefined) throw new Error("a 4:2:0 frame has three planes");
  return { native, planes: { widthPixels, heightPixels, y, u, v, lumaStride, chromaStride } };
}

/** Copies planes into a frame of FFmpeg's own memory. */
export function frameFromPlanes(av: NodeAv, from: Planes): Frame {
  const { native, planes } = createFrame(av, from);
  copyPlanes(planes, from);
  return native;
}

type FrameSize = Pick<Planes, "widthPixels" | "heightPixels">;
