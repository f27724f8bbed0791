import { readFile, stat } from "node:fs/promises";
import sharp from "sharp";
import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import { photoFormatOf } from "./photo-format.js";

/** Bounds a photo must keep; each is inclusive. */
export interface PhotoLimits {
  readonly maxInputBytes: number;
  /** Width times height, checked before any pixel is decoded. */
  readonly maxPixels: number;
}

/** What shows through transparent parts of a photo. */
const behindTransparency = { r: 128, g: 128, b: 128 };

/**
 * Reads a JPEG, PNG, WebP or AVIF picture as upright 8-bit sRGB: EXIF orientation applied, embedded profile and CMYK
 * converted, transparency laid on mid grey.
 * @param photo a path, or the bytes of a file.
 * @throws UnderstudyError `file-missing`, `input-too-large`, `too-many-pixels`, `unsupported-photo` for other kinds of
 * files that are known (HEIC, GIF, SVG, PDF, animations), `unreadable-photo` for the rest.
 */
export async function readPhoto(photo: string | Uint8Array, limits: PhotoLimits): Promise<RgbImage> {
  const bytes = typeof photo === "string" ? await readBytes(photo, limits) : photo;
  assertSize(bytes.length, limits);
  const format = photoFormatOf(bytes);
  if (!format.isSupported) throw new UnderstudyError(format.code, format.message);
  // The loaders' own guard against decompression bombs; ours comes first and names the numbers.
  const options = { failOn: "error", limitInputPixels: limits.maxPixels, pages: 1 } as const;
  const facts = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch(unreadable);
  if ((facts.pages ?? 1) > 1) {
    throw new UnderstudyError("unsupported-photo", `The photo is an animation of ${facts.pages} pictures.`);
  }
  if (facts.width * facts.height > limits.maxPixels) {
    const size = `${facts.width}x${facts.height}`;
    throw new UnderstudyError(
      "too-many-pixels",
      `The photo is ${size} pixels, the limit is ${limits.maxPixels} in all.`,
    );
  }
  const { data, info } = await sharp(bytes, options)
    .autoOrient()
    .flatten({ background: behindTransparency })
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable);
  if (info.channels !== 3)
    throw new UnderstudyError("unreadable-photo", `The photo has ${info.channels} colour channels.`);
  return {
    widthPixels: info.width,
    heightPixels: info.height,
    rgb: new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
}

async function readBytes(path: string, limits: PhotoLimits): Promise<Uint8Array> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new UnderstudyError("file-missing", `There is no file ${path}.`, { cause });
  });
  if (!facts.isFile()) throw new UnderstudyError("unreadable-photo", `${path} is not a file.`);
  assertSize(facts.size, limits);
  return readFile(path);
}

function assertSize(byteLength: number, limits: PhotoLimits): void {
  if (byteLength <= limits.maxInputBytes) return;
  throw new UnderstudyError(
    "input-too-large",
    `The photo has ${byteLength} bytes, the limit is ${limits.maxInputBytes}.`,
  );
}

function unreadable(cause: unknown): never {
  throw new UnderstudyError("unreadable-photo", "The photo is damaged or cut off.", { cause });
}
