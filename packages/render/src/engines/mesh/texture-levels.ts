import type { PlanarFrame } from "#model/image.js";
import { yuvToRgb } from "#nets/oriented-crop.js";
import { sampleBilinear, type FaceTexture } from "./face-texture.js";

/** One size of the texture in the colours of the video. */
export interface TextureLevel {
  readonly sidePixels: number;
  /** Luma as the video stores it, `sidePixels` squared. */
  readonly luma: Float32Array;
  readonly halfSide: number;
  /** At half size: blue difference and red difference around 0, and cover 0-1, three values a pixel. */
  readonly colour: Float32Array;
  /** Pixels of this level per pixel of the texture. */
  readonly scale: number;
}

/** The texture in several sizes, made when first needed: a face drawn from one much larger than itself would shimmer. */
export interface TextureLevels {
  /** The smallest level that still has a texture pixel for each pixel of a face of this size. */
  levelFor(facePixels: number): TextureLevel;
}

const stepBetweenLevels = Math.SQRT1_2;

/** What the regions of a thread have in common. */
const known = new WeakMap<FaceTexture, Map<string, TextureLevels>>();

/** Prepares a texture for frames of one colour matrix and range: once for all regions, kept as long as the texture is. */
export function createTextureLevels(
  texture: FaceTexture,
  matrix: PlanarFrame["matrix"],
  isFullRange: boolean,
): TextureLevels {
  const ofTexture = known.get(texture) ?? new Map<string, TextureLevels>();
  known.set(texture, ofTexture);
  const key = `${matrix} ${isFullRange}`;
  const levels = ofTexture.get(key) ?? makeLevels(texture, matrix, isFullRange);
  ofTexture.set(key, levels);
  return levels;
}

function makeLevels(texture: FaceTexture, matrix: PlanarFrame["matrix"], isFullRange: boolean): TextureLevels {
  const levels = new Map<number, TextureLevel>();
  return {
    levelFor(facePixels) {
      const needed = Math.log(Math.min(1, facePixels / texture.facePixels)) / Math.log(stepBetweenLevels);
      const index = Math.max(0, Math.min(8, Math.floor(needed + 0.25)));
      let level = levels.get(index);
      if (level === undefined) {
        level = buildLevel(texture, stepBetweenLevels ** index, matrix, isFullRange);
        levels.set(index, level);
      }
      return level;
    },
  };
}

function buildLevel(
  texture: FaceTexture,
  wantedScale: number,
  matrix: PlanarFrame["matrix"],
  isFullRange: boolean,
): TextureLevel {
  const sidePixels = 2 * Math.ceil((texture.sidePixels * wantedScale) / 2);
  const scale = sidePixels / texture.sidePixels;
  const halfSide = sidePixels / 2;
  const [kr, kb] = matrix === "bt601" ? [0.299, 0.114] : [0.2126, 0.0722];
  const toRgb = yuvToRgb(matrix, isFullRange);
  const luma = new Float32Array(sidePixels * sidePixels);
  const colour = new Float32Array(halfSide * halfSide * 3);
  const step = 1 / scale;
  const { channels, sidePixels: sourceSide } = texture;
  const [reds, greens, blues] = channels;
  for (let y = 0; y < sidePixels; y++) {
    const y0 = y * step;
    const y1 = y0 + step;
    for (let x = 0; x < sidePixels; x++) {
      const x0 = x * step;
      const x1 = x0 + step;
      // Exact area average of the source pixels under this one.
      let red = 0;
      let green = 0;
      let blue = 0;
      let area = 0;
      for (let sy = Math.floor(y0); sy < Math.min(sourceSide, y1); sy++) {
        const rowShare = Math.min(y1, sy + 1) - Math.max(y0, sy);
        for (let sx = Math.floor(x0); sx < Math.min(sourceSide, x1); sx++) {
          const share = rowShare * (Math.min(x1, sx + 1) - Math.max(x0, sx));
          const p = sy * sourceSide + sx;
          red += reds[p]! * share;
          green += greens[p]! * share;
          blue += blues[p]! * share;
          area += share;
        }
      }
      if (area < 1e-9) continue;
      red /= area;
      green /= area;
      blue /= area;
      const bright = kr * red + (1 - kr - kb) * green + kb * blue;
      luma[y * sidePixels + x] = bright / toRgb.lumaScale + toRgb.lumaOffset;
      const c = 3 * ((y >> 1) * halfSide + (x >> 1));
      colour[c]! += (blue - bright) / toRgb.bu / 4;
      colour[c + 1]! += (red - bright) / toRgb.rv / 4;
    }
  }
  const coverStep = texture.coverSide / halfSide;
  for (let y = 0; y < halfSide; y++) {
    for (let x = 0; x < halfSide; x++) {
      colour[3 * (y * halfSide + x) + 2] = sampleBilinear(
        texture.cover,
        texture.coverSide,
        (x + 0.5) * coverStep - 0.5,
        (y + 0.5) * coverStep - 0.5,
      );
    }
  }
  return { sidePixels, luma, halfSide, colour, scale };
}
