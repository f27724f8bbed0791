import { posix } from "node:path";

/**
 * Whether two paths are so alike that one was meant for the other: the same folder and names that differ by case,
 * punctuation, an ending or a few letters (`wan2.2-animate`, `Wan2.2-Animate-14B`), or the same file elsewhere.
 */
export function areNearPaths(one: string, other: string): boolean {
  if (one === other) return false;
  const [a, b] = [plainName(one), plainName(other)];
  if (a.length < minLength || b.length < minLength) return false;
  const isSameFolder = posix.dirname(one).toLowerCase() === posix.dirname(other).toLowerCase();
  if (!isSameFolder) return a === b && a.length >= minFileLength;
  if (component.test(a) !== component.test(b)) return false;
  return a.startsWith(b) || b.startsWith(a) || distance(a, b) <= Math.min(maxDistance, a.length / 4);
}

/** `/models/wan-lora` beside `/models/wan` is another part, not a slip. */
const component = /vae|lora|unet|clip|encoder|tokenizer|vocoder|refiner|controlnet/;
const minLength = 4;
/** Shorter names (`model.pt`, `vae`) are used by many. */
const minFileLength = 10;
const maxDistance = 3;

function plainName(path: string): string {
  return posix
    .basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 60);
}

/** Letters to change, add or drop (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
