import { occlusionSide } from "#model/face-track.js";
import { canonicalUv, faceOval, faceTriangles } from "./topology.js";
import { plainness } from "./vertex-weights.js";

/**
 * The face unwrapped: `canonicalUv` cut into `unwrapSide` by `unwrapSide` texels. A texel shows the same place of the skin
 * in every frame, whatever the head and the mouth do. Eyes and the mouth opening are holes.
 */
export const unwrapSide = occlusionSide;

const outline = new Set<number>(faceOval);

/** Where on the mesh the texels lie that show skin. */
export interface UnwrappedFace {
  /** Numbers of the covered texels, row by row from the forehead. */
  readonly texels: Uint16Array;
  /** Three landmarks a covered texel. */
  readonly corners: Uint16Array;
  /** Their shares of its middle, three a covered texel, sum 1. */
  readonly shares: Float32Array;
}

/** Texels whose middle lies inside a triangle of the face, of the first one that has it. */
export const unwrappedFace: UnwrappedFace = (() => {
  const places = new Map<number, { readonly corners: readonly number[]; readonly shares: readonly number[] }>();
  for (let t = 0; t < faceTriangles.length; t += 3) {
    const corners = [...faceTriangles.subarray(t, t + 3)];
    const [a, b, c] = corners.map((corner) => textureSpot(corner));
    const area = cross(a!, b!, c!);
    const span = (axis: 0 | 1): [number, number] => {
      const along = [a![axis], b![axis], c![axis]];
      return [Math.max(0, Math.floor(Math.min(...along))), Math.min(unwrapSide - 1, Math.ceil(Math.max(...along)))];
    };
    const [left, right] = span(0);
    const [top, bottom] = span(1);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const spot: Spot = [column, row];
        const shares = [cross(spot, b!, c!) / area, cross(a!, spot, c!) / area, cross(a!, b!, spot) / area];
        const texel = row * unwrapSide + column;
        if (shares.every((share) => share >= 0) && !places.has(texel)) places.set(texel, { corners, shares });
      }
    }
  }
  const ordered = [...places].sort(([one], [other]) => one - other);
  return {
    texels: Uint16Array.from(ordered, ([texel]) => texel),
    corners: Uint16Array.from(ordered.flatMap(([, { corners }]) => corners)),
    shares: Float32Array.from(ordered.flatMap(([, { shares }]) => shares)),
  };
})();

/** Texels by what they show. */
export const faceTexels: {
  /** Skin that hardly moves with expression: without eyes, brows, nostrils, lips and the outermost ring of the mesh. */
  readonly plain: Uint16Array;
} = {
  plain: unwrappedFace.texels.filter((_, k) => {
    const corners = [...unwrappedFace.corners.subarray(3 * k, 3 * k + 3)];
    return corners.every((corner) => plainness[corner] === 1 && !outline.has(corner));
  }),
};

type Spot = readonly [number, number];

/** Place of a landmark in texels, whole numbers at their middles. */
function textureSpot(landmark: number): Spot {
  return [canonicalUv[2 * landmark]! * unwrapSide - 0.5, canonicalUv[2 * landmark + 1]! * unwrapSide - 0.5];
}

/** Twice the signed area of a triangle. */
function cross(a: Spot, b: Spot, c: Spot): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
}
