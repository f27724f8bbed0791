/** Value of texels that are taken when they touch something that is sure. */
export const unsure = 1;

/**
 * Leaves only coherent things in a mask, in place: single texels and thin noise go, what touches and is large enough stays and
 * grows by a texel, so that its soft edge is covered too.
 * @param mask `side` squared values, 255 where something is, `unsure` where something may be.
 * @returns whether anything is left.
 */
export function keepBlobs(mask: Uint8Array, side: number, smallest: number): boolean {
  const counts = neighbourCounts(mask, side);
  // 1 for what is dense enough to begin a blob, 3 for what a blob may take in.
  const plane = mask.map((value, o) =>
    counts[o]! >= 5 || (value === 255 && counts[o]! >= 4) ? 1 : value === unsure ? 3 : 0,
  );
  mask.fill(0);
  let isAny = false;
  for (let start = 0; start < plane.length; start++) {
    if (plane[start] !== 1) continue;
    const blob = [start];
    plane[start] = 2;
    spread(plane, side, blob, 1);
    if (blob.length < smallest) continue;
    spread(plane, side, blob, 3);
    isAny = true;
    for (const o of blob) {
      for (let dy = -side; dy <= side; dy += side)
        for (let dx = -1; dx <= 1; dx++) if (o + dy + dx >= 0 && o + dy + dx < mask.length) mask[o + dy + dx] = 255;
    }
  }
  return isAny;
}

/** Texels of the 3x3 around each that are set; the outermost rows and columns count none. */
function neighbourCounts(mask: Uint8Array, side: number): Uint8Array {
  const counts = new Uint8Array(mask.length);
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const o = y * side + x;
      for (let dy = -side; dy <= side; dy += side)
        for (let dx = -1; dx <= 1; dx++) if (mask[o + dy + dx] === 255) counts[o]!++;
    }
  }
  return counts;
}

/** Lengthens a list of places by all of one value that touch it, directly or through each other, and marks them taken. */
function spread(plane: Uint8Array, side: number, blob: number[], value: number): void {
  for (let k = 0; k < blob.length; k++) {
    for (const step of [-1, 1, -side, side]) {
      const next = blob[k]! + step;
      if (plane[next] !== value) continue;
      plane[next] = 2;
      blob.push(next);
    }
  }
}
