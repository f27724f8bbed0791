import type { Frame } from "node-av/lib";
import type { PlanarFrame } from "#model/image.js";
import type { DecodedPicture } from "#media/media-io.js";
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
  return { widthPixels, heightPixels, y, u, v, lumaStride, chromaStride, isFullRange, matrix: matrixOf(av, frame) };
}

/** Untagged video is BT.601 up to 576 lines and BT.709 above, as players guess; BT.2020 is near enough to BT.709. */
function matrixOf(av: NodeAv, frame: Frame): PlanarFrame["matrix"] {
  const { AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M, AVCOL_SPC_FCC, AVCOL_SPC_UNSPECIFIED } = av.constants;
  const space = frame.colorSpace;
  if (space === AVCOL_SPC_UNSPECIFIED) return Math.min(frame.width, frame.height) <= 576 ? "bt601" : "bt709";
  return space === AVCOL_SPC_BT470BG || space === AVCOL_SPC_SMPTE170M || space === AVCOL_SPC_FCC ? "bt601" : "bt709";
}
