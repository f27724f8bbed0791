import type { PlanarFrame } from "#model/image.js";
import type { Planes } from "#media/copy-planes.js";
import type { DecodedPicture } from "#media/media-io.js";

/** Size and colour of a decoder's pictures. */
export interface PictureShape extends Pick<PlanarFrame, "widthPixels" | "heightPixels" | "isFullRange" | "matrix"> {}

/** Pixels that several handles may show. */
export interface SharedPixels {
  bytes: Uint8Array;
  handles: number;
}

/** A decoded picture whose three planes lie one behind the other, without padding. */
export class FfmpegPicture implements DecodedPicture {
  readonly ptsTicks: number;
  readonly isDamaged: boolean;
  readonly #shape: PictureShape;
  readonly #giveBack: (bytes: Uint8Array) => void;
  #pixels: SharedPixels;
  #isReleased = false;

  /** @param giveBack gets the memory when the last handle on it is released. */
  constructor(
    shape: PictureShape,
    facts: { readonly ptsTicks: number; readonly isDamaged: boolean },
    pixels: SharedPixels,
    giveBack: (bytes: Uint8Array) => void,
  ) {
    this.ptsTicks = facts.ptsTicks;
    this.isDamaged = facts.isDamaged;
    this.#shape = shape;
    this.#pixels = pixels;
    this.#giveBack = giveBack;
    pixels.handles++;
  }

  get planes(): PlanarFrame {
    return planesIn(this.#pixels.bytes, this.#shape);
  }

  /** The planes as they are sent. */
  get bytes(): Uint8Array {
    return this.#pixels.bytes;
  }

  makeWritable(): PlanarFrame {
    if (this.#pixels.handles > 1) {
      this.#pixels.handles--;
      this.#pixels = { bytes: Uint8Array.from(this.#pixels.bytes), handles: 1 };
    }
    return this.planes;
  }

  share(): FfmpegPicture {
    return new FfmpegPicture(this.#shape, this, this.#pixels, this.#giveBack);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#pixels.handles--;
    if (this.#pixels.handles === 0) this.#giveBack(this.#pixels.bytes);
  }
}

/** Bytes of a picture in 4:2:0. */
export function pictureBytes(widthPixels: number, heightPixels: number): number {
  return widthPixels * heightPixels + 2 * ((widthPixels + 1) >> 1) * ((heightPixels + 1) >> 1);
}

/** A picture of this size in these bytes: its three planes one behind the other, without padding. */
export function planesIn<Shape extends Pick<Planes, "widthPixels" | "heightPixels">>(
  bytes: Uint8Array,
  shape: Shape,
): Shape & Planes {
  const { widthPixels, heightPixels } = shape;
  const chromaStride = (widthPixels + 1) >> 1;
  const lumaBytes = widthPixels * heightPixels;
  const chromaBytes = chromaStride * ((heightPixels + 1) >> 1);
  return {
    ...shape,
    y: bytes.subarray(0, lumaBytes),
    u: bytes.subarray(lumaBytes, lumaBytes + chromaBytes),
    v: bytes.subarray(lumaBytes + chromaBytes, lumaBytes + 2 * chromaBytes),
    lumaStride: widthPixels,
    chromaStride,
  };
}
