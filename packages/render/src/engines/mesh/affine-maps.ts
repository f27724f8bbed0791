/** For each triangle the linear map from target pixels to something that is known at its corners. */
export interface AffineMaps {
  /** Per triangle and channel three numbers: value at the origin, change per column, change per row. */
  readonly data: Float32Array;
  readonly channels: number;
}

/** Room for `triangleCount` maps of `channels` channels. */
export function createAffineMaps(triangleCount: number, channels: number): AffineMaps {
  return { data: new Float32Array(triangleCount * channels * 3), channels };
}

/**
 * Solves the maps of all triangles.
 * @param vertices x and y of each vertex in target pixels.
 * @param values `channels` numbers a vertex: source position, weights.
 * @param into is overwritten; degenerate triangles keep what was there and have no spans.
 */
export function solveAffineMaps(
  vertices: Float32Array,
  triangles: Uint16Array,
  values: Float32Array,
  into: AffineMaps,
): void {
  const { data, channels } = into;
  let o = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t]!;
    const b = triangles[t + 1]!;
    const c = triangles[t + 2]!;
    const ax = vertices[2 * a]!;
    const ay = vertices[2 * a + 1]!;
    const ux = vertices[2 * b]! - ax;
    const uy = vertices[2 * b + 1]! - ay;
    const vx = vertices[2 * c]! - ax;
    const vy = vertices[2 * c + 1]! - ay;
    const inverse = 1 / (ux * vy - vx * uy || 1);
    for (let channel = 0; channel < channels; channel++, o += 3) {
      const atA = values[a * channels + channel]!;
      const toB = values[b * channels + channel]! - atA;
      const toC = values[c * channels + channel]! - atA;
      const perColumn = (toB * vy - toC * uy) * inverse;
      const perRow = (toC * ux - toB * vx) * inverse;
      data[o] = atA - perColumn * ax - perRow * ay;
      data[o + 1] = perColumn;
      data[o + 2] = perRow;
    }
  }
}
