import type { TrackedFrame } from "#model/face-track.js";

/** Frames before and after a frame that smoothing looks at. */
export const smoothingReach = 3;

/**
 * Weights of a Savitzky-Golay filter (local parabola, least squares) for a window of `before` + 1 + `after` frames.
 * Symmetric windows do not lag and keep speed and acceleration; at the ends of a shot the window is cut and the fit is a
 * line, because a parabola through few points swings. The full window is [-2, 3, 6, 7, 6, 3, -2] / 21.
 */
export function savitzkyGolayWeights(before: number, after: number): readonly number[] {
  const key = before * 8 + after;
  let weights = cache.get(key);
  if (weights === undefined) {
    weights = solveWeights(before, after);
    cache.set(key, weights);
  }
  return weights;
}

const cache = new Map<number, readonly number[]>();

/** The fit's value at 0 is linear in the samples: weights = e0' (A'A)^-1 A' with A the powers of the positions. */
function solveWeights(before: number, after: number): number[] {
  const positions = Array.from({ length: before + after + 1 }, (_, i) => i - before);
  const order = before >= 2 && after >= 2 ? 2 : positions.length >= 3 ? 1 : 0;
  const moments = Array.from({ length: 2 * order + 1 }, (_, power) =>
    positions.reduce((sum, t) => sum + t ** power, 0),
  );
  // First row of the inverse of the symmetric moment matrix, by Cramer's rule.
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0] = moments;
  let row: [number, number, number];
  if (order === 0) row = [1 / s0, 0, 0];
  else if (order === 1) {
    const determinant = s0 * s2 - s1 * s1;
    row = [s2 / determinant, -s1 / determinant, 0];
  } else {
    const determinant = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
    row = [(s2 * s4 - s3 * s3) / determinant, (s2 * s3 - s1 * s4) / determinant, (s1 * s3 - s2 * s2) / determinant];
  }
  return positions.map((t) => row[0] + row[1] * t + row[2] * t * t);
}

/**
 * Smooths frame `n` over its neighbours of the same run.
 * @param frameAt tracked frame by number, undefined where there is no face or no frame.
 */
export function smoothMesh(n: number, frameAt: (n: number) => TrackedFrame | undefined, into: Float32Array): void {
  const center = frameAt(n)!;
  const reach = (direction: 1 | -1): number => {
    let count = 0;
    while (count < smoothingReach && frameAt(n + direction * (count + 1))?.run === center.run) count++;
    return count;
  };
  const before = reach(-1);
  const weights = savitzkyGolayWeights(before, reach(1));
  into.fill(0);
  weights.forEach((weight, i) => {
    const { mesh } = frameAt(n - before + i)!;
    for (let k = 0; k < into.length; k++) into[k]! += weight * mesh[k]!;
  });
}
