import type { Frame, SoftwareScaleContext } from "node-av/lib";
import type { IRational } from "node-av/lib";
import { check } from "./failure.js";
import { NodeAvDeinterlacer } from "./deinterlacer.js";
import type { FrameReserve } from "./frame-reserve.js";
import type { NodeAv } from "./load.js";
import { NodeAvPicture } from "./picture.js";

/** Makes any decoded frame progressive, 8-bit 4:2:0 and of even size; a frame that is so already passes untouched. */
export class NodeAvConverter {
  readonly #av: NodeAv;
  readonly #timeBase: IRational;
  readonly #reserve: FrameReserve;
  #scaler: SoftwareScaleContext | undefined;
  #deinterlacer: NodeAvDeinterlacer | undefined;

  constructor(av: NodeAv, timeBase: IRational, reserve: FrameReserve) {
    this.#av = av;
    this.#reserve = reserve;
    this.#timeBase = timeBase;
  }

  /** Takes ownership of `frame`. Gives no picture for the first interlaced frame, which waits for its successor. */
  convert(frame: Frame, ptsTicks: number, isDamaged: boolean): NodeAvPicture[] {
    const evenFrame = this.#toEightBit(frame);
    const isInterlaced = evenFrame.hasFlags(this.#av.constants.AV_FRAME_FLAG_INTERLACED);
    if (isInterlaced) this.#deinterlacer ??= new NodeAvDeinterlacer(this.#av, evenFrame, this.#timeBase, this.#reserve);
    if (this.#deinterlacer === undefined) {
      return [new NodeAvPicture(this.#av, evenFrame, ptsTicks, isDamaged, this.#reserve)];
    }
    return this.#deinterlacer.push(evenFrame, ptsTicks, isDamaged);
  }

  /** Gives what deinterlacing holds back. */
  finish(): NodeAvPicture[] {
    return this.#deinterlacer?.finish() ?? [];
  }

  close(): void {
    this.#scaler?.freeContext();
    this.#deinterlacer?.close();
  }

  #toEightBit(frame: Frame): Frame {
    const { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P } = this.#av.constants;
    // x264 refuses odd sizes in 4:2:0; narrowing the frame hides the last column or row without a copy.
    frame.width -= frame.width % 2;
    frame.height -= frame.height % 2;
    if (frame.format === AV_PIX_FMT_YUV420P || frame.format === AV_PIX_FMT_YUVJ420P) return frame;
    const made = new this.#av.lib.Frame();
    made.alloc();
    try {
      check(this.#av, made.copyProps(frame), "internal-error", "A picture could not be converted");
      made.format = AV_PIX_FMT_YUV420P;
      made.width = frame.width;
      made.height = frame.height;
      this.#nameMatrix(frame, made);
      check(this.#av, made.getBuffer(), "internal-error", "No memory for a picture");
      this.#scaler ??= this.#openScaler();
      check(this.#av, this.#scaler.scaleFrameSync(made, frame), "unreadable-media", "A picture could not be converted");
      return made;
    } catch (error) {
      made.free();
      throw error;
    } finally {
      frame.free();
    }
  }

  #openScaler(): SoftwareScaleContext {
    const scaler = new this.#av.lib.SoftwareScaleContext();
    scaler.allocContext();
    return scaler;
  }

  /** RGB sources get BT.709 limited range; everything else keeps its matrix and range. */
  #nameMatrix(from: Frame, to: Frame): void {
    const { AVCOL_SPC_RGB, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG } = this.#av.constants;
    if (from.colorSpace !== AVCOL_SPC_RGB) return;
    to.colorSpace = AVCOL_SPC_BT709;
    to.colorRange = AVCOL_RANGE_MPEG;
  }
}
