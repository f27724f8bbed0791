import type { MediaIO } from "#media/media-io.js";
import type { PlanarFrame } from "#model/image.js";
import { createHash } from "node:crypto";
import { readBarcode } from "#media/testing/draw-test-picture.js";

/** One decoded frame in values that tests compare. */
export interface DecodedFacts {
  readonly seconds: number;
  /** The number that `drawTestPicture` wrote. */
  readonly barcode: number;
  /** Luma inside the block that `drawMark` draws. */
  readonly mark: number;
  /** Digest of all visible luma and chroma. */
  readonly digest: string;
}

const markBox = { left: 8, top: 24, size: 8 };

/** Draws the block that stands for a swapped face. */
export function drawMark(planes: PlanarFrame): void {
  fillMark(planes, 235);
}

/** Draws another one. */
export function drawGreyMark(planes: PlanarFrame): void {
  fillMark(planes, 215);
}

function fillMark({ y, lumaStride }: PlanarFrame, luma: number): void {
  for (let row = markBox.top; row < markBox.top + markBox.size; row++) {
    y.fill(luma, row * lumaStride + markBox.left, row * lumaStride + markBox.left + markBox.size);
  }
}

/** Decodes a whole file; `convert` for sources that are not 8-bit 4:2:0. */
export async function decodeAll(io: MediaIO, path: string, convert = false): Promise<DecodedFacts[]> {
  const input = await io.openInput(path);
  const track = input.tracks.findIndex((one) => one.kind === "video");
  input.select([track]);
  const decoder = input.openDecoder(track, { convert });
  const { numerator, denominator } = input.tracks[track]?.timeBase ?? { numerator: 1, denominator: 1 };
  const frames: DecodedFacts[] = [];
  try {
    for (let isEnded = false; !isEnded;) {
      const packet = await input.read();
      isEnded = packet === undefined;
      await decoder.send(packet);
      for (let decoded = await decoder.receive(); decoded !== undefined; decoded = await decoder.receive()) {
        const seconds = (decoded.ptsTicks * numerator) / denominator - input.zeroSeconds;
        frames.push({ seconds, ...factsOf(decoded.planes) });
        decoded.release();
      }
    }
  } finally {
    decoder.close();
    input.close();
  }
  return frames;
}

function factsOf(planes: PlanarFrame): Omit<DecodedFacts, "seconds"> {
  const hash = createHash("sha1");
  const { widthPixels, heightPixels, lumaStride, chromaStride } = planes;
  for (let row = 0; row < heightPixels; row++)
    hash.update(planes.y.subarray(row * lumaStride, row * lumaStride + widthPixels));
  for (const plane of [planes.u, planes.v]) {
    for (let row = 0; row < heightPixels >> 1; row++) {
      hash.update(plane.subarray(row * chromaStride, row * chromaStride + (widthPixels >> 1)));
    }
  }
  const centre = (markBox.top + 4) * lumaStride + markBox.left + 4;
  return { barcode: readBarcode(planes), mark: planes.y[centre] ?? 0, digest: hash.digest("hex") };
}
