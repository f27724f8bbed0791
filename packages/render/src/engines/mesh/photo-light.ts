import type { FaceCutout } from "./face-texture.js";
import { interocular } from "#face-mesh/mesh-measures.js";
import { skinProbes } from "#face-mesh/topology.js";

/** Brightness and sharpness of the face in a photo. */
export interface SkinLight {
  /** Median luma around the skin probes, 0-255. */
  readonly skinLuma: number;
  /** Brighter over darker half of the face, >= 1. */
  readonly sideLightRatio: number;
  /**
   * Detail at a 160th of the face's size over detail at four times that, on eyes and mouth, where every face has edges:
   * about 0.2-0.4 for sharp photos at any resolution, below 0.1 for blurred ones.
   */
  readonly sharpness: number;
}

/** The same place on the right and the left half: cheeks, temples, jaw. */
const sidePairs = [
  [50, 280],
  [205, 425],
  [101, 330],
  [118, 347],
  [187, 411],
  [69, 299],
  [147, 376],
] as const;

/** Measures the light on a face as it was photographed. */
export function measureSkinLight(cutout: FaceCutout): SkinLight {
  const lumaAt = (x: number, y: number): number => {
    const column = Math.min(cutout.sidePixels - 1, Math.max(0, Math.round(x)));
    const row = Math.min(cutout.sidePixels - 1, Math.max(0, Math.round(y)));
    const p = row * cutout.sidePixels + column;
    const [reds, greens, blues] = cutout.channels;
    return 0.2126 * reds[p]! + 0.7152 * greens[p]! + 0.0722 * blues[p]!;
  };
  const reach = cutout.facePixels * 0.02;
  const around = (landmark: number): number => {
    let sum = 0;
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        sum += lumaAt(cutout.mesh[3 * landmark]! + (dx * reach) / 2, cutout.mesh[3 * landmark + 1]! + (dy * reach) / 2);
      }
    }
    return sum / 25;
  };
  const probes = skinProbes.map(around).sort((a, b) => a - b);
  let [right, left] = [4, 4];
  for (const [a, b] of sidePairs) {
    right += around(a) / sidePairs.length;
    left += around(b) / sidePairs.length;
  }
  return {
    skinLuma: probes[probes.length >> 1]!,
    sideLightRatio: Math.max(right, left) / Math.min(right, left),
    sharpness: sharpnessOf(cutout, lumaAt),
  };
}

/** Ratio of fine to coarse Laplacian energy over the band of the eyes and the mouth. */
function sharpnessOf({ mesh, facePixels }: FaceCutout, lumaAt: (x: number, y: number) => number): number {
  const fine = Math.max(1, facePixels / 160);
  const unit = interocular(mesh);
  let [fineEnergy, coarseEnergy] = [0, 1e-6];
  for (const [landmark, halfWidth, halfHeight] of [
    [159, 0.22, 0.12],
    [386, 0.22, 0.12],
    [13, 0.35, 0.15],
  ] as const) {
    const [cx, cy] = [mesh[3 * landmark]!, mesh[3 * landmark + 1]!];
    for (let y = cy - halfHeight * unit; y <= cy + halfHeight * unit; y += fine) {
      for (let x = cx - halfWidth * unit; x <= cx + halfWidth * unit; x += fine) {
        const here = 4 * lumaAt(x, y);
        const laplacian = (d: number): number =>
          here - lumaAt(x - d, y) - lumaAt(x + d, y) - lumaAt(x, y - d) - lumaAt(x, y + d);
        fineEnergy += laplacian(fine) ** 2;
        coarseEnergy += laplacian(4 * fine) ** 2;
      }
    }
  }
  return Math.sqrt(fineEnergy / coarseEnergy);
}
