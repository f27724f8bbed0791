/** Rotation (row-major 3x3), scale and both centres of a map `to = rotation * scale * (from - fromCenter) + toCenter`. */
export interface Similarity {
  readonly rotation: Float64Array;
  readonly scale: number;
  readonly fromCenter: readonly [number, number, number];
  readonly toCenter: readonly [number, number, number];
}

/**
 * Least-squares similarity between two meshes over some landmarks: the rotation nearest to the correlation matrix, found by
 * Higham's iteration for the polar factor (converges quadratically; 12 rounds are ample for faces). The points must not lie in one plane.
 */
export function fitSimilarity(from: Float32Array, to: Float32Array, landmarks: readonly number[]): Similarity {
  const fromCenter = centerOf(from, landmarks);
  const toCenter = centerOf(to, landmarks);
  const correlation = new Float64Array(9);
  let spread = 0;
  for (const landmark of landmarks) {
    const o = 3 * landmark;
    for (let row = 0; row < 3; row++) {
      const b = to[o + row]! - toCenter[row]!;
      for (let column = 0; column < 3; column++)
        correlation[3 * row + column]! += b * (from[o + column]! - fromCenter[column]!);
      spread += (from[o + row]! - fromCenter[row]!) ** 2;
    }
  }
  const rotation = polarFactor(correlation);
  let trace = 0;
  for (let i = 0; i < 9; i++) trace += rotation[i]! * correlation[i]!;
  return { rotation, scale: trace / spread, fromCenter, toCenter };
}

/** Maps every vertex of `mesh` into `out`. */
export function applySimilarity(map: Similarity, mesh: Float32Array, out: Float32Array): void {
  const { rotation: r, scale, fromCenter, toCenter } = map;
  for (let o = 0; o < mesh.length; o += 3) {
    const x = (mesh[o]! - fromCenter[0]) * scale;
    const y = (mesh[o + 1]! - fromCenter[1]) * scale;
    const z = (mesh[o + 2]! - fromCenter[2]) * scale;
    out[o] = r[0]! * x + r[1]! * y + r[2]! * z + toCenter[0];
    out[o + 1] = r[3]! * x + r[4]! * y + r[5]! * z + toCenter[1];
    out[o + 2] = r[6]! * x + r[7]! * y + r[8]! * z + toCenter[2];
  }
}

function centerOf(mesh: Float32Array, landmarks: readonly number[]): [number, number, number] {
  const center: [number, number, number] = [0, 0, 0];
  for (const landmark of landmarks) {
    for (let axis = 0; axis < 3; axis++) center[axis]! += mesh[3 * landmark + axis]! / landmarks.length;
  }
  return center;
}

function polarFactor(matrix: Float64Array): Float64Array {
  let r = matrix.map((value) => value / Math.hypot(...matrix));
  for (let round = 0; round < 12; round++) {
    const inverse = invert3(r);
    r = r.map((value, i) => 0.5 * (value + inverse[3 * (i % 3) + Math.floor(i / 3)]!));
  }
  return r;
}

function invert3(m: Float64Array): Float64Array {
  const [a, b, c, d, e, f, g, h, i] = m as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const scale = 1 / (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
  return Float64Array.of(
    (e * i - f * h) * scale,
    (c * h - b * i) * scale,
    (b * f - c * e) * scale,
    (f * g - d * i) * scale,
    (a * i - c * g) * scale,
    (c * d - a * f) * scale,
    (d * h - e * g) * scale,
    (b * g - a * h) * scale,
    (a * e - b * d) * scale,
  );
}
