import { unwrapSide } from "#face-mesh/face-uv.js";

/** Terms of the surface: even, left to right, top to bottom, and their products. */
const termCount = 6;
const rounds = 4;
/** Every third texel tells as much. */
const stride = 3;

/** The terms of every texel of the unwrapped face. */
const termsOf: Float32Array = (() => {
  const all = new Float32Array(termCount * unwrapSide * unwrapSide);
  for (let texel = 0; texel < unwrapSide * unwrapSide; texel++) {
    const u = (2 * (texel % unwrapSide)) / unwrapSide - 1;
    const v = (2 * Math.floor(texel / unwrapSide)) / unwrapSide - 1;
    all.set([1, u, v, u * v, u * u, v * v], termCount * texel);
  }
  return all;
})();

/**
 * Fits the light that changed between a frame and the usual face: a surface of second degree over the unwrapped face, robust
 * against the part that is hidden (Geman-McClure weights, reweighted least squares).
 * @param values one value a texel. @param texels those to look at.
 * @param scale differences much larger than this have no say.
 * @returns the surface's value at a texel.
 */
export function fitLight(values: Float32Array, texels: Uint16Array, scale: number): (texel: number) => number {
  let surface: Float64Array = new Float64Array(termCount);
  if (texels.length < 30) return () => 0;
  surface[0] = medianOf(values, texels);
  const matrix = new Float64Array(termCount * (termCount + 1));
  for (let round = 0; round < rounds; round++) {
    matrix.fill(0);
    for (let k = 0; k < texels.length; k += stride) {
      const texel = texels[k]!;
      const at = termCount * texel;
      const value = values[texel]!;
      const residual = (value - valueOf(surface, texel)) / scale;
      const share = 1 / (1 + residual * residual);
      const weight = share * share;
      let o = 0;
      for (let row = 0; row < termCount; row++) {
        const weighted = weight * termsOf[at + row]!;
        // The part above the diagonal is the same as that below.
        o = row * (termCount + 1) + row;
        for (let column = row; column < termCount; column++) matrix[o++]! += weighted * termsOf[at + column]!;
        matrix[o]! += weighted * value;
      }
    }
    for (let row = 1; row < termCount; row++) {
      for (let column = 0; column < row; column++)
        matrix[row * (termCount + 1) + column] = matrix[column * (termCount + 1) + row]!;
    }
    // A little stiffness: a half-hidden face must not bend the surface where nothing is seen.
    for (let term = 1; term < termCount; term++) matrix[term * (termCount + 2)]! += 0.002 * texels.length;
    surface = solve(matrix);
  }
  return (texel) => valueOf(surface, texel);
}

function valueOf(surface: Float64Array, texel: number): number {
  const at = termCount * texel;
  let value = surface[0]!;
  for (let term = 1; term < termCount; term++) value += surface[term]! * termsOf[at + term]!;
  return value;
}

function medianOf(values: Float32Array, texels: Uint16Array): number {
  const picked = new Float32Array(Math.ceil(texels.length / stride));
  for (let k = 0; k < picked.length; k++) picked[k] = values[texels[stride * k]!]!;
  return picked.sort()[picked.length >> 1]!;
}

/** Gauss elimination of a symmetric positive system, right-hand side in the last column. */
function solve(matrix: Float64Array): Float64Array {
  const width = termCount + 1;
  for (let pivot = 0; pivot < termCount; pivot++) {
    const scale = 1 / (matrix[pivot * width + pivot]! + 1e-9);
    for (let row = pivot + 1; row < termCount; row++) {
      const share = matrix[row * width + pivot]! * scale;
      for (let column = pivot; column < width; column++)
        matrix[row * width + column]! -= share * matrix[pivot * width + column]!;
    }
  }
  const solution = new Float64Array(termCount);
  for (let row = termCount - 1; row >= 0; row--) {
    let value = matrix[row * width + termCount]!;
    for (let column = row + 1; column < termCount; column++) value -= matrix[row * width + column]! * solution[column]!;
    solution[row] = value / (matrix[row * width + row]! + 1e-9);
  }
  return solution;
}
