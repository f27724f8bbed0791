import { createHash } from "node:crypto";
import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import { photoFormatOf } from "./photo-format.js";
import { openRegularFile } from "./regular-file.js";
import { tooLarge } from "./too-large.js";

/** Bytes of a photo file, inclusive: 100 MiB. A photo is held in memory as a whole, so it gets less than a video. */
export const maxPhotoBytes = 100 * 1024 ** 2;

/** Width times height of a photo, inclusive and whatever holds for videos: phones take 48 megapixels (8064x6048). */
export const maxPhotoPixels = 100_000_000;

/** Longest side of the picture that a photo becomes; more helps no face in a video. */
const maxSidePixels = 4096;

/** Bounds a photo must keep beside the fixed ones; each is inclusive. */
export interface PhotoLimits {
  /** `maxPhotoBytes` holds where this is larger. */
  readonly maxInputBytes: number;
}

/** What shows through transparent parts of a photo. */
const behindTransparency = { r: 128, g: 128, b: 128 };

/**
 * Reads a JPEG, PNG, WebP or AVIF picture as upright 8-bit sRGB: EXIF orientation applied, embedded profile and CMYK
 * converted, transparency laid on mid grey, at most 4096 pixels on the longer side.
 * @param photo a path, or the bytes of a file.
 * @param limits `expectedSha256`, lower-case hex, is compared with the very bytes that are decoded.
 * @throws UnderstudyError `file-missing`, `input-too-large`, `too-many-pixels`, `unsupported-photo` for other kinds of
 * files that are known (HEIC, GIF, SVG, PDF, animations), `unreadable-photo` for the rest; `consent-mismatch` when the
 * bytes are not those of `expectedSha256`: consent was given for a photo, not for a path.
 */
export async function readPhoto(
  photo: string | Uint8Array,
  limits: PhotoLimits & { readonly expectedSha256?: string },
): Promise<RgbImage> {
  const maxBytes = Math.min(maxPhotoBytes, limits.maxInputBytes);
  const bytes = typeof photo === "string" ? await readBytes(photo, maxBytes) : photo;
  assertSize(bytes.length, maxBytes);
  assertUnchanged(bytes, limits.expectedSha256);
  const format = photoFormatOf(bytes);
  if (!format.isSupported) throw new UnderstudyError(format.code, format.message);
  const { default: sharp } = await import("sharp");
  // The loaders' own guard against decompression bombs; ours comes first and names the numbers.
  const options = { failOn: "error", limitInputPixels: maxPhotoPixels, pages: 1 } as const;
  const facts = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch(unreadable);
  if ((facts.pages ?? 1) > 1) {
    throw new UnderstudyError("unsupported-photo", `The photo is an animation of ${facts.pages} pictures.`);
  }
  if (facts.width * facts.height > maxPhotoPixels) {
    const message = `The photo is ${facts.width}x${facts.height} pixels, the limit is ${maxPhotoPixels} in all.`;
    throw new UnderstudyError("too-many-pixels", message, { hint: "Scale the photo down." });
  }
  const side = sideFor(Math.max(facts.width, facts.height));
  const { data, info } = await sharp(bytes, options)
    .autoOrient()
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
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

/** Longest side to decode at: where a power of two comes near, the JPEG and WebP loaders decode at that size at once. */
function sideFor(longest: number): number {
  const halvings = Math.max(0, Math.round(Math.log2(longest / maxSidePixels)));
  return Math.min(maxSidePixels, Math.floor(longest / 2 ** halvings));
}

async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-photo");
  try {
    assertSize(byteLength, maxBytes);
    // One byte of room shows whether the file grew since.
    const bytes = Buffer.allocUnsafe(byteLength + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

function assertUnchanged(bytes: Uint8Array, expectedSha256: string | undefined): void {
  if (expectedSha256 === undefined) return;
  if (createHash("sha256").update(bytes).digest("hex") === expectedSha256) return;
  throw new UnderstudyError("consent-mismatch", "The photo changed while the render was running.");
}

function assertSize(byteLength: number, maxBytes: number): void {
  if (byteLength <= maxBytes) return;
  throw tooLarge("The photo", byteLength, maxBytes, maxBytes === maxPhotoBytes ? "Give a smaller photo." : undefined);
}

function unreadable(cause: unknown): never {
  throw new UnderstudyError("unreadable-photo", "The photo is damaged or cut off.", { cause });
}
