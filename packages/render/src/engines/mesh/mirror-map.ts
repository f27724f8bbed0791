import { canonicalUv, meshVertexCount } from "./topology.js";

/** For each landmark its partner on the other half of the face; landmarks on the middle line are their own. */
export const mirrorOf: Uint16Array = Uint16Array.from({ length: meshVertexCount }, (_, i) => {
  const u = 1 - canonicalUv[2 * i]!;
  const v = canonicalUv[2 * i + 1]!;
  let best = i;
  let bestDistance = Infinity;
  for (let k = 0; k < meshVertexCount; k++) {
    const distance = (canonicalUv[2 * k]! - u) ** 2 + (canonicalUv[2 * k + 1]! - v) ** 2;
    if (distance < bestDistance) {
      bestDistance = distance;
      best = k;
    }
  }
  return best;
});
