/**
 * The attention mesh looks at lips and eyes again in its own feature map: a turned 16 x 16 crop around each, whose
 * refined landmarks come back in the crop's coordinates. The published graph does this with 250 small operations that
 * take half of its time in tfjs; here it is plain arithmetic. Constants are those of the graph.
 */

/** Map from crop to feature map: place = x * across + y * down + origin, in cells of the feature map. */
export interface AttentionFrame {
  readonly acrossX: number;
  readonly acrossY: number;
  readonly downX: number;
  readonly downY: number;
  readonly originX: number;
  readonly originY: number;
}

/** Cells of the feature map in each direction. */
export const featureSide = 48;
/** Channels of the feature map. */
export const featureChannels = 32;
/** Cells of a crop in each direction. */
export const cropSide = 16;
/** Input pixels per cell of the feature map. */
const pixelsPerCell = 4;
/** Crops are this much larger than the landmarks they hold. */
const cropMargin = 1.5;

/**
 * The crop around some landmarks, turned with the line between two of them.
 * @param mesh coarse landmarks in input pixels, three values each.
 */
export function attentionFrame(mesh: Float32Array, landmarks: Uint16Array, from: number, to: number): AttentionFrame {
  const dx = mesh[3 * to]! - mesh[3 * from]!;
  const dy = mesh[3 * to + 1]! - mesh[3 * from + 1]!;
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const landmark of landmarks) {
    const x = mesh[3 * landmark]! / pixelsPerCell;
    const y = mesh[3 * landmark + 1]! / pixelsPerCell;
    const u = x * ux + y * uy;
    const v = y * ux - x * uy;
    if (u < minU) minU = u;
    if (u > maxU) maxU = u;
    if (v < minV) minV = v;
    if (v > maxV) maxV = v;
  }
  const scaleU = ((maxU - minU) * cropMargin) / cropSide;
  const scaleV = ((maxV - minV) * cropMargin) / cropSide;
  const [acrossX, acrossY, downX, downY] = [ux * scaleU, uy * scaleU, -uy * scaleV, ux * scaleV];
  const [u, v] = [(minU + maxU) / 2, (minV + maxV) / 2];
  return {
    acrossX,
    acrossY,
    downX,
    downY,
    originX: u * ux - v * uy - (cropSide / 2) * (acrossX + downX),
    originY: u * uy + v * ux - (cropSide / 2) * (acrossY + downY),
  };
}

/** Reads a crop out of the feature map, bilinear. @param into 16 x 16 x 32 values. */
export function readAttentionCrop(features: Float32Array, frame: AttentionFrame, into: Float32Array): void {
  const last = featureSide - 1;
  let o = 0;
  for (let row = 0; row < cropSide; row++) {
    for (let column = 0; column < cropSide; column++) {
      const x = column * frame.acrossX + row * frame.downX + frame.originX;
      const y = column * frame.acrossY + row * frame.downY + frame.originY;
      const floorX = Math.floor(x);
      const floorY = Math.floor(y);
      const fx = x - floorX;
      const fy = y - floorY;
      const x0 = floorX < 0 ? 0 : floorX > last ? last : floorX;
      const y0 = floorY < 0 ? 0 : floorY > last ? last : floorY;
      const x1 = x0 < last ? x0 + 1 : last;
      const y1 = y0 < last ? y0 + 1 : last;
      const k00 = (1 - fx) * (1 - fy);
      const k10 = fx * (1 - fy);
      const k01 = (1 - fx) * fy;
      const k11 = fx * fy;
      const p00 = (y0 * featureSide + x0) * featureChannels;
      const p10 = (y0 * featureSide + x1) * featureChannels;
      const p01 = (y1 * featureSide + x0) * featureChannels;
      const p11 = (y1 * featureSide + x1) * featureChannels;
      for (let c = 0; c < featureChannels; c++, o++) {
        into[o] =
          features[p00 + c]! * k00 + features[p10 + c]! * k10 + features[p01 + c]! * k01 + features[p11 + c]! * k11;
      }
    }
  }
}

/**
 * Puts refined x and y into the mesh; z stays the coarse one.
 * @param refined x and y of each landmark in input pixels of the crop.
 */
export function placeRefined(
  mesh: Float32Array,
  landmarks: Uint16Array,
  refined: Float32Array,
  frame: AttentionFrame,
): void {
  for (let i = 0; i < landmarks.length; i++) {
    const x = refined[2 * i]!;
    const y = refined[2 * i + 1]!;
    mesh[3 * landmarks[i]!] = x * frame.acrossX + y * frame.downX + frame.originX * pixelsPerCell;
    mesh[3 * landmarks[i]! + 1] = x * frame.acrossY + y * frame.downY + frame.originY * pixelsPerCell;
  }
}
