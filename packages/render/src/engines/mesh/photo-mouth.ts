import type { FaceCutout } from "./face-texture.js";

/** Whether the mouth is to be seen: a hand has the colour of skin and passes the skin map, but shows no lips. */
export interface MouthSight {
  /** Luma of the line between the lips over that of the lips and the skin beside them: 0.3-0.75 seen, above 0.95 behind a hand. */
  readonly mouthLine: number;
  /** How much redder lips are than cheeks, over the brightness of the cheeks: 0.03-0.2 seen, below -0.1 behind a microphone. */
  readonly lipRedness: number;
}

const lipLine = [81, 82, 13, 312, 311];
const besideLips = [37, 0, 267, 84, 17, 314, 164, 18];
const insideLips = [73, 11, 303, 85, 16, 315];
const cheeks = [205, 425, 50, 280, 199, 36, 266];

/** Looks for the dark line and the redness of lips. */
export function sightMouth({ channels, mesh, sidePixels, facePixels }: FaceCutout): MouthSight {
  const [reds, greens, blues] = channels;
  const clamp = (value: number): number => Math.min(sidePixels - 1, Math.max(0, Math.round(value)));
  const lumaAt = (p: number): number => 0.2126 * reds[p]! + 0.7152 * greens[p]! + 0.0722 * blues[p]!;
  const reach = Math.max(1, Math.round(facePixels * 0.012));
  const meanAt = (landmarks: readonly number[], value: (p: number) => number): number => {
    let [sum, count] = [0, 0];
    for (const landmark of landmarks) {
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          sum += value(clamp(mesh[3 * landmark + 1]! + dy) * sidePixels + clamp(mesh[3 * landmark]! + dx));
          count++;
        }
      }
    }
    return sum / count;
  };
  const redness = (p: number): number => reds[p]! - greens[p]!;
  let line = 0;
  for (const landmark of lipLine) {
    let darkest = Infinity;
    for (let t = -0.04; t <= 0.04; t += 0.004) {
      const row = clamp(mesh[3 * landmark + 1]! + t * facePixels);
      darkest = Math.min(darkest, lumaAt(row * sidePixels + clamp(mesh[3 * landmark]!)));
    }
    line += darkest / lipLine.length;
  }
  return {
    mouthLine: line / (meanAt(besideLips, lumaAt) + 1),
    lipRedness: (meanAt(insideLips, redness) - meanAt(cheeks, redness)) / (meanAt([205, 425], lumaAt) + 1),
  };
}
