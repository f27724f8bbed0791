import { createHash } from "node:crypto";

/** Name of the mark as manifests carry it; another layout, key or code is another name. */
export const watermarkAlgorithm = "org.understudy.watermark.v1";

/** Bits that a marked frame carries: 24 of the id, then 24 that check it. */
export const codeBitCount = 48;

const idBitCount = 24;

/** The id that a render's frames carry: the first 24 bits of SHA-256 of the render id, as six hex digits. */
export function watermarkIdOf(renderId: string): string {
  return createHash("sha256")
    .update(renderId)
    .digest("hex")
    .slice(0, idBitCount / 4);
}

/** The code word of an id, 1 or -1 a bit. @param id six hex digits. */
export function codeWordOf(id: string): Int8Array {
  return signsOf(Number.parseInt(id, 16), checkOf(Number.parseInt(id, 16)));
}

/** The id of a code word, six hex digits, or `undefined` when its check bits do not fit. @param signs the sign of each bit. */
export function idOfCodeWord(signs: ArrayLike<number>): string | undefined {
  const id = numberAt(signs, 0);
  return numberAt(signs, idBitCount) === checkOf(id) ? id.toString(16).padStart(idBitCount / 4, "0") : undefined;
}

/** 24 bits that an id alone decides. They find mistakes; they are no secret. */
function checkOf(id: number): number {
  return createHash("sha256").update(`${watermarkAlgorithm} check ${id}`).digest().readUIntBE(0, 3);
}

function signsOf(id: number, check: number): Int8Array {
  const bit = (of: number, place: number) => ((of >> (idBitCount - 1 - place)) & 1 ? 1 : -1);
  return Int8Array.from({ length: codeBitCount }, (_, i) => (i < idBitCount ? bit(id, i) : bit(check, i - idBitCount)));
}

function numberAt(signs: ArrayLike<number>, start: number): number {
  let value = 0;
  for (let i = start; i < start + idBitCount; i++) value = value * 2 + (signs[i]! > 0 ? 1 : 0);
  return value;
}
