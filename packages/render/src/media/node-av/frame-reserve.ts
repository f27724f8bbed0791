import type { Frame } from "node-av/lib";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";

/** A picture of FFmpeg's own memory that is used again and again, and its planes. */
export interface ReservedFrame {
  readonly native: Frame;
  readonly data: readonly Buffer[];
}

/**
 * Frames for the pictures that somebody looks at or draws on. A view of native memory counts as garbage of its whole size: three of
 * them a picture made V8 collect everything each 0.15 s (66 times in a render of 30 s at 720p, 1.5 s of processor time).
 */
export class FrameReserve {
  readonly #av: NodeAv;
  readonly #free: ReservedFrame[] = [];
  #isClosed = false;

  constructor(av: NodeAv) {
    this.#av = av;
  }

  /** A frame of our own with the pixels of another, and what says how they are meant; the encoder asks for no more. */
  copyOf(frame: Frame): ReservedFrame {
    const reserved = this.#take(frame);
    reserved.native.colorRange = frame.colorRange;
    reserved.native.colorSpace = frame.colorSpace;
    check(this.#av, reserved.native.copy(frame), "internal-error", "A picture could not be copied");
    return reserved;
  }

  /** Takes a frame back; an encoder may still hold its pixels. */
  giveBack(reserved: ReservedFrame): void {
    if (this.#isClosed) reserved.native.free();
    else this.#free.push(reserved);
  }

  close(): void {
    this.#isClosed = true;
    for (const { native } of this.#free.splice(0)) native.free();
  }

  #take(like: Frame): ReservedFrame {
    for (let at = 0; at < this.#free.length; at++) {
      const { native } = this.#free[at]!;
      const fits = native.width === like.width && native.height === like.height && native.format === like.format;
      if (fits && native.isWritable) return this.#free.splice(at, 1)[0]!;
    }
    const native = new this.#av.lib.Frame();
    native.alloc();
    native.format = like.format;
    native.width = like.width;
    native.height = like.height;
    check(this.#av, native.getBuffer(), "internal-error", "No memory for a picture");
    return { native, data: native.data ?? [] };
  }
}
