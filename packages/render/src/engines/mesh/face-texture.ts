import type { RgbImage } from "#model/image.js";
import { squareAround } from "#nets/face-landmarks.js";
import { facingWeights } from "#face-mesh/mesh-measures.js";
import { fillPolygon, ringPoints } from "#face-mesh/polygon.js";
import { faceOval, meshVertexCount } from "#face-mesh/topology.js";
import { boxBlur } from "./box-blur.js";
import { evenLight } from "./even-light.js";
import { maskFeatures } from "./feature-mask.js";
import { planFill, type MirrorFill } from "./mirror-fill.js";
import { createMirror } from "./mirror-map.js";
import { findShine } from "./shine.js";
import { mapSkin } from "./skin-map.js";
import { mapChannels, quantile, skinOffsets, type FacePlanes } from "./skin-model.js";

/** Red, green and blue as planes of their own. */
export type ColourChannels = readonly [Float32Array, Float32Array, Float32Array];

/** A face cut out of a photo, square, as it was photographed. */
export interface FaceCutout {
  readonly sidePixels: number;
  readonly channels: ColourChannels;
  /** Landmarks in pixels of the cutout. */
  readonly mesh: Float32Array;
  /** Longer side of the mesh in pixels of the cutout. */
  readonly facePixels: number;
}

/** A face ready to be drawn through the mesh: light evened out, flash spots, hair and hard shadows filled. */
export interface FaceTexture extends FaceCutout {
  /** How far each landmark faces the camera in the photo, 0-1. */
  readonly facing: Float32Array;
  /** `coverSide` squared values: how much of the texture is drawn; falls to 0 towards the oval. */
  readonly cover: Float32Array;
  readonly coverSide: number;
  /** Share of the oval that has the colour of skin in the photo, 0-1. */
  readonly skinCoverage: number;
  /** Share of the oval that shows the face itself, the photo's own or its mirrored half, 0-1; the rest is only filled. */
  readonly shownShare: number;
}

/** Faces larger than this in the photo are scaled down: more is never drawn. */
const maximumFacePixels = 512;
/** Side of the mask: it is smooth, so a quarter of the largest texture is enough. */
const coverSide = 320;
/** Luma that the skin of a texture has in the middle, 0-255. */
const drawnSkinLuma = 140;
/** Side of the picture in which skin is told from hair, light is evened out and filling is planned. */
const planSide = 256;
/** Room around the mesh. */
const margin = 1.1;
/** Width of the soft edge over the face size. */
const feather = 0.018;

/** Cuts the face out of an upright photo. @param mesh landmarks in pixels of the photo. */
export function cutFace(photo: RgbImage, mesh: Float32Array): FaceCutout {
  const around = squareAround(mesh, margin);
  const half = around.sizePixels / 2;
  // Pixels of the photo per pixel of the texture, never below 1: enlarging adds nothing.
  const step = Math.max(1, around.sizePixels / margin / maximumFacePixels);
  const sidePixels = Math.ceil(around.sizePixels / step);
  const left = around.centerX - half;
  const top = around.centerY - half;
  const channels = reduce(photo, left, top, step, sidePixels);
  const textureMesh = new Float32Array(3 * meshVertexCount);
  for (let o = 0; o < textureMesh.length; o += 3) {
    textureMesh[o] = (mesh[o]! - left + 0.5) / step - 0.5;
    textureMesh[o + 1] = (mesh[o + 1]! - top + 0.5) / step - 0.5;
    textureMesh[o + 2] = mesh[o + 2]! / step;
  }
  return { sidePixels, channels, mesh: textureMesh, facePixels: around.sizePixels / margin / step };
}

/** Makes a cutout drawable. Its channels are changed in place; all but the last step is worked out at a smaller size. */
export function prepareTexture(cutout: FaceCutout): FaceTexture {
  const { sidePixels: side, channels, mesh } = cutout;
  const facing = new Float32Array(meshVertexCount);
  facingWeights(mesh, facing);
  const small: FacePlanes = { sidePixels: planSide, channels: reduceChannels(channels, side, planSide) };
  const smallMesh = scaleMesh(mesh, planSide / side);
  const light = mapChannels(small.channels, (channel) => new Float32Array(channel.length).fill(1));
  const multiply = (factors: FacePlanes["channels"]): void => {
    for (const [k, factor] of factors.entries()) {
      multiplyBy(light[k]!, factor);
      multiplyBy(small.channels[k]!, factor);
    }
  };
  multiply(findShine(small, smallMesh));
  const skin = mapSkin(small, smallMesh);
  const gain = new Float32Array(planSide * planSide).fill(exposureGain(small, smallMesh));
  multiply([gain, gain, gain]);
  const mirror = createMirror(smallMesh, planSide);
  multiply(evenLight(small, skin.validity, mirror));
  const fill = planFill(small, skin.validity, mirror, maskFeatures(smallMesh, planSide));
  for (const [k, channel] of channels.entries()) multiplyBy(channel, resize(light[k]!, planSide, side));
  applyFill(channels, side, mesh, fill);
  const cover = drawCover(scaleMesh(mesh, coverSide / side));
  return {
    ...cutout,
    facing,
    cover,
    coverSide,
    skinCoverage: skin.coverage,
    shownShare: weightedMean(resize(fill.shown, planSide, coverSide), cover),
  };
}

/** Box-filtered reduction of a square region; pixels outside the photo repeat its edge. */
function reduce(photo: RgbImage, left: number, top: number, step: number, side: number): ColourChannels {
  const { widthPixels: width, heightPixels: height, rgb } = photo;
  const size = side * side;
  const channels = [new Float32Array(size), new Float32Array(size), new Float32Array(size)] as const;
  const taps = Math.max(1, Math.round(step));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const o = y * side + x;
      for (let tap = 0; tap < taps * taps; tap++) {
        const px = left + (x + ((tap % taps) + 0.5) / taps) * step - 0.5;
        const py = top + (y + (Math.floor(tap / taps) + 0.5) / taps) * step - 0.5;
        const x0 = Math.min(width - 2, Math.max(0, Math.floor(px)));
        const y0 = Math.min(height - 2, Math.max(0, Math.floor(py)));
        const fx = Math.min(1, Math.max(0, px - x0));
        const fy = Math.min(1, Math.max(0, py - y0));
        const p = 3 * (y0 * width + x0);
        for (let channel = 0; channel < 3; channel++) {
          const q = p + channel;
          const upper = rgb[q]! + (rgb[q + 3]! - rgb[q]!) * fx;
          const lower = rgb[q + 3 * width]! + (rgb[q + 3 * width + 3]! - rgb[q + 3 * width]!) * fx;
          channels[channel]![o]! += (upper + (lower - upper) * fy) / (taps * taps);
        }
      }
    }
  }
  return channels;
}

function multiplyBy(plane: Float32Array, factors: Float32Array): void {
  for (let o = 0; o < plane.length; o++) plane[o]! *= factors[o]!;
}

/**
 * What brings the skin to a middling brightness. The video's own is taken over when the face is drawn, but only within
 * limits, which a photo taken in the dark would pass.
 */
function exposureGain({ sidePixels, channels: [reds, greens, blues] }: FacePlanes, mesh: Float32Array): number {
  const offsets = skinOffsets(mesh, sidePixels);
  const lumas = Float32Array.from(offsets, (o) => 0.2126 * reds[o]! + 0.7152 * greens[o]! + 0.0722 * blues[o]!);
  return Math.min(5, Math.max(0.5, drawnSkinLuma / Math.max(1, quantile(lumas, 0.5))));
}

/** Carries out a plan that was made at another size. */
function applyFill(channels: ColourChannels, side: number, mesh: Float32Array, fill: MirrorFill): void {
  const mirror = createMirror(mesh, side);
  const own = resize(fill.own, planSide, side);
  const shown = resize(fill.shown, planSide, side);
  for (const [k, channel] of channels.entries()) {
    const other = mirror(channel);
    const fit = resize(fill.fit[k]!, planSide, side);
    const around = resize(fill.around[k]!, planSide, side);
    for (let o = 0; o < channel.length; o++) {
      const whole = channel[o]! * own[o]! + other[o]! * fit[o]! * (1 - own[o]!);
      channel[o] = around[o]! + (whole - around[o]!) * shown[o]!;
    }
  }
}

/** The oval with a soft edge. @param mesh landmarks in pixels of the mask. */
function drawCover(mesh: Float32Array): Float32Array {
  const cover = new Float32Array(coverSide * coverSide);
  const radius = Math.max(2, Math.round((coverSide / margin) * feather));
  // The blur reaches 2 radii to each side: shrink the oval so that nothing is left on its line.
  const shrink = 1 - (2 * 2.1 * radius) / (coverSide / margin);
  fillPolygon(cover, coverSide, coverSide, ringPoints(mesh, faceOval, shrink), 1);
  boxBlur(cover, coverSide, coverSide, radius);
  return cover;
}

function weightedMean(values: Float32Array, weights: Float32Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, o) => sum + value * weights[o]!, 0) / Math.max(1e-6, total);
}

/** Landmarks in pixels of a plane of another size. */
function scaleMesh(mesh: Float32Array, scale: number): Float32Array {
  return mesh.map((value, i) => (i % 3 === 2 ? value * scale : (value + 0.5) * scale - 0.5));
}

/** Bilinear change of size of a square plane; its edges repeat. */
function resize(plane: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(to * to);
  const before = new Uint32Array(to);
  const share = new Float64Array(to);
  for (let i = 0; i < to; i++) {
    const at = ((i + 0.5) * from) / to - 0.5;
    before[i] = Math.min(from - 2, Math.max(0, Math.floor(at)));
    share[i] = Math.min(1, Math.max(0, at - before[i]!));
  }
  for (let y = 0, o = 0; y < to; y++) {
    const row = before[y]! * from;
    const down = share[y]!;
    for (let x = 0; x < to; x++, o++) {
      const p = row + before[x]!;
      const right = share[x]!;
      const upper = plane[p]! + (plane[p + 1]! - plane[p]!) * right;
      const lower = plane[p + from]! + (plane[p + from + 1]! - plane[p + from]!) * right;
      out[o] = upper + (lower - upper) * down;
    }
  }
  return out;
}

/** Value of a square plane between its pixels; its edges repeat. */
export function sampleBilinear(plane: Float32Array, side: number, x: number, y: number): number {
  const x0 = Math.min(side - 2, Math.max(0, Math.floor(x)));
  const y0 = Math.min(side - 2, Math.max(0, Math.floor(y)));
  const fx = Math.min(1, Math.max(0, x - x0));
  const fy = Math.min(1, Math.max(0, y - y0));
  const p = y0 * side + x0;
  const upper = plane[p]! + (plane[p + 1]! - plane[p]!) * fx;
  const lower = plane[p + side]! + (plane[p + side + 1]! - plane[p + side]!) * fx;
  return upper + (lower - upper) * fy;
}

/** Channels of another size, box-filtered where they become smaller. */
function reduceChannels(channels: ColourChannels, from: number, to: number): ColourChannels {
  const taps = Math.max(1, Math.round(from / to));
  const reduce = (channel: Float32Array): Float32Array => {
    if (taps === 1) return resize(channel, from, to);
    const fine = resize(channel, from, to * taps);
    const out = new Float32Array(to * to);
    for (let y = 0; y < to * taps; y++) {
      for (let x = 0; x < to * taps; x++) {
        out[Math.floor(y / taps) * to + Math.floor(x / taps)]! += fine[y * to * taps + x]! / (taps * taps);
      }
    }
    return out;
  };
  const [reds, greens, blues] = channels;
  return [reduce(reds), reduce(greens), reduce(blues)];
}
