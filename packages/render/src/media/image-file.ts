import { writeFile } from "node:fs/promises";
import type { Sharp } from "sharp";
import type { RgbImage } from "#model/image.js";
import { nameWriteError } from "./write-error.js";

/** Encodes an image as PNG. */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  return (await rawImage(image)).png().toBuffer();
}

/** Encodes an image as JPEG. `quality` is 1-100, default 85. */
export async function encodeJpeg(image: RgbImage, quality = 85): Promise<Buffer> {
  return (await rawImage(image)).jpeg({ quality }).toBuffer();
}

/**
 * Writes an image as a PNG file; an existing file is overwritten.
 * @throws UnderstudyError `disk-full`, `output-write-failed`.
 */
export async function writePng(image: RgbImage, path: string): Promise<void> {
  await writeBytes(path, await encodePng(image));
}

/**
 * Writes an image as a JPEG file; an existing file is overwritten. `quality` is 1-100, default 85.
 * @throws UnderstudyError `disk-full`, `output-write-failed`.
 */
export async function writeJpeg(image: RgbImage, path: string, quality = 85): Promise<void> {
  await writeBytes(path, await encodeJpeg(image, quality));
}

/** Scales an image down so that neither side exceeds `maxSidePixels`; smaller images pass unchanged. */
export async function shrinkImage(image: RgbImage, maxSidePixels: number): Promise<RgbImage> {
  if (Math.max(image.widthPixels, image.heightPixels) <= maxSidePixels) return image;
  const raw = await rawImage(image);
  const { data, info } = await raw
    .resize(maxSidePixels, maxSidePixels, { fit: "inside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPixels: info.width, heightPixels: info.height, rgb: new Uint8Array(data) };
}

/** Written by Node and not by the image library, whose failures are mere text. */
async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((thrown: unknown) => {
    throw nameWriteError(path, thrown);
  });
}

/** Loads the image library when it is needed: it takes 0.1 s, which a command without pictures need not spend. */
async function rawImage({ rgb, widthPixels, heightPixels }: RgbImage): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  return sharp(rgb, { raw: { width: widthPixels, height: heightPixels, channels: 3 } });
}
