import type { Frame } from "node-av/lib";
import type { PlanarFrame } from "#model/image.js";
import type { DecodedPicture } from "#media/media-io.js";
import { matrixOf } from "#media/picture-facts.js";
import type { FrameReserve, ReservedFrame } from "./frame-reserve.js";
import type { NodeAv } from "./load.js";

/** A decoded frame of 8-bit 4:2:0. Its planes are those of a reserved frame, to which it moves when somebody asks for them. */
export class NodeAvPicture implements DecodedPicture {
  readonly ptsTicks: number;
  readonly isDamaged: boolean;
  readonly #av: NodeAv;
  readonly #reserve: FrameReserve;
  #native: Frame;
  #reserved: ReservedFrame | undefined;
  #planes: PlanarFrame | undefined;
  #isReleased = false;

  constructor(av: NodeAv, native: Frame, ptsTicks: number, isDamaged: boolean, reserve: FrameReserve) {
    this.#av = av;
    this.#native = native;
    this.ptsTicks = ptsTicks;
    this.isDamaged = isDamaged;
    this.#reserve = reserve;
  }

  get native(): Frame {
    return this.#native;
  }

  get planes(): PlanarFrame {
    if (this.#planes === undefined) this.#move();
    return this.#planes!;
  }

  makeWritable(): PlanarFrame {
    // A share of it, made before, must not see what is drawn.
    if (this.#planes === undefined || !this.#native.isWritable) this.#move();
    return this.#planes!;
  }

  share(): NodeAvPicture {
    const clone = this.#native.clone();
    if (clone === null) throw new Error("no memory for a picture");
    return new NodeAvPicture(this.#av, clone, this.ptsTicks, this.isDamaged, this.#reserve);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#planes = undefined;
    this.#letGo();
  }

  #move(): void {
    const reserved = this.#reserve.copyOf(this.#native);
    this.#letGo();
    this.#reserved = reserved;
    this.#native = reserved.native;
    this.#planes = planesOf(this.#av, reserved.native, reserved.data);
  }

  #letGo(): void {
    if (this.#reserved === undefined) this.#native.free();
    else this.#reserve.giveBack(this.#reserved);
  }
}

/** @param data the frame's planes. */
function planesOf(av: NodeAv, frame: Frame, data: readonly Buffer[]): PlanarFrame {
  const [y, u, v] = data;
  if (y === undefined || u === undefined || v === undefined) throw new Error("a 4:2:0 frame has three planes");
  const [lumaStride = 0, chromaStride = 0] = frame.linesize;
  const { AVCOL_RANGE_JPEG, AV_PIX_FMT_YUVJ420P } = av.constants;
  const isFullRange = frame.colorRange === AVCOL_RANGE_JPEG || frame.format === AV_PIX_FMT_YUVJ420P;
  const { width: widthPixels, height: heightPixels } = frame;
  const matrix = matrixOf(frame.colorSpace, widthPixels, heightPixels);
  return { widthPixels, heightPixels, y, u, v, lumaStride, chromaStride, isFullRange, matrix };
}
