/** What the first bytes of a photo say. */
export type PhotoFormat =
  | { readonly isSupported: true; readonly name: "jpeg" | "png" | "webp" | "avif" }
  | { readonly isSupported: false; readonly code: "unsupported-photo" | "unreadable-photo"; readonly message: string };

const supported = (name: "jpeg" | "png" | "webp" | "avif"): PhotoFormat => ({ isSupported: true, name });
const known = (what: string): PhotoFormat => ({
  isSupported: false,
  code: "unsupported-photo",
  message: `The photo is ${what}, which is not read here.`,
});

/**
 * Recognises a photo by its first bytes, never by its name. Only four kinds reach the image library, so SVG (which may
 * name other files), PDF and its other loaders stay out of reach.
 */
export function photoFormatOf(bytes: Uint8Array): PhotoFormat {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512)).toString("latin1");
  if (head.startsWith("\xff\xd8\xff")) return supported("jpeg");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return supported("png");
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return supported("webp");
  if (head.slice(4, 8) === "ftyp") return boxedFormatOf(head);
  if (head.startsWith("GIF8")) return known("a GIF");
  if (head.startsWith("%PDF")) return known("a PDF");
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return known("a TIFF or camera raw file");
  if (/^\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|!DOCTYPE svg)/i.test(head)) return known("an SVG drawing");
  if (head.startsWith("BM")) return known("a BMP");
  const message = head.length === 0 ? "The photo is empty (0 bytes)." : "The file is not a picture.";
  return { isSupported: false, code: "unreadable-photo", message };
}

/** AVIF, HEIC and MP4 share one box structure; the brands tell them apart. */
function boxedFormatOf(head: string): PhotoFormat {
  const length = Math.min(head.length, Buffer.from(head.slice(0, 4), "latin1").readUInt32BE(0));
  const brands = head.slice(8, Math.max(16, length));
  if (/avi[fs]/.test(brands)) return supported("avif");
  if (/hei[csxm]|hev[cx]|mif1|msf1/.test(brands)) return known("a HEIC photo");
  return { isSupported: false, code: "unreadable-photo", message: "The file is a video or sound file, not a picture." };
}
