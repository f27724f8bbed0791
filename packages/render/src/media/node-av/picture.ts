import type { Frame } from "node-av/lib";
import type { PlanarFrame } from "#model/image.js";
import type { DecodedPicture } from "#media/media-io.js";
import { matrixOf } from "#media/picture-facts.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";

/** A decoded frame of 8-bit 4:2:0 whose planes are live views of FFmpeg's memory. */
export class NodeAvPicture implements DecodedPicture {
  readonly native: Frame;
  readonly ptsTicks: number;
  readonly isDamaged: boolean;
  readonly #av: NodeAv;
  #planes: PlanarFrame | undefined;
  #isReleased = false;

  constructor(av: NodeAv, native: Frame, ptsTicks: number, isDamaged: boolean) {
    this.#av = av;
    this.native = native;
    this.ptsTicks = ptsTicks;
    this.isDamaged = isDamaged;
  }

  get planes(): PlanarFrame {
    this.#planes ??= planesOf(this.#av, this.native);
    return this.#planes;
  }

  makeWritable(): PlanarFrame {
    if (!this.native.isWritable) {
      check(this.#av, this.native.makeWritable(), "internal-error", "A picture could not be made writable");
      // The copy lies elsewhere: views made before it would still show the decoder's own reference frame.
      this.#planes = undefined;
    }
    return this.planes;
  }

  share(): NodeAvPicture {
    const clone = this.native.clone();
    if (clone === null) throw new Error("no memory for a picture");
    return new NodeAvPicture(this.#av, clone, this.ptsTicks, this.isDamaged);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#planes = undefined;
    this.native.free();
  }
}

/** Sets the planes' geometry from a native frame. */
export function planesOf(av: NodeAv, frame: Frame): PlanarFrame {
  const [y, u, v] = frame.data ?? [];
  if (y === undefined || u === undefined || v === undefined) throw new Error("a 4:2:0 frame has three planes");
  const [lumaStride = 0, chromaStride = 0] = frame.linesize;
  const { AVCOL_RANGE_JPEG, AV_PIX_FMT_YUVJ420P } = av.constants;
  const isFullRange = frame.colorRange === AVCOL_RANGE_JPEG || frame.format === AV_PIX_FMT_YUVJ420P;
  const { width: widthPixels, height: heightPixels } = frame;
  const matrix = matrixOf(frame.colorSpace, widthPixels, heightPixels);
  return { widthPixels, heightPixels, y, u, v, lumaStride, chromaStride, isFullRange, matrix };
}
