import type { RgbImage } from "#model/image.js";
import { squareAround } from "#nets/face-landmarks.js";
import { boxBlur } from "./box-blur.js";
import { evenLight } from "./even-light.js";
import { facingWeights, smoothstep } from "./mesh-measures.js";
import { fillPolygon, ringPoints } from "./polygon.js";
import { mapSkin, type FacePlanes } from "./skin-map.js";
import { faceOval, meshVertexCount } from "./topology.js";

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

/** A face ready to be drawn through the mesh: light evened out, what hair covers filled or masked. */
export interface FaceTexture extends FaceCutout {
  /** How far each landmark faces the camera in the photo, 0-1. */
  readonly facing: Float32Array;
  /** `coverSide` squared values: how much of the texture may be drawn; falls to 0 towards the oval and at hair. */
  readonly cover: Float32Array;
  readonly coverSide: number;
  /** Share of the oval that is skin, 0-1. */
  readonly skinCoverage: number;
}

/** Faces larger than this in the photo are scaled down: more is never drawn. */
const maximumFacePixels = 512;
/** Side of the mask: it is smooth, so a quarter of the largest texture is enough. */
const coverSide = 320;
/** Room around the mesh. */
const margin = 1.1;
/** Width of the soft edge over the face size. */
const feather = 0.018;
/** Radius of the fade beside hair over the side of the mask. */
const hairFade = 0.025;

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

/** Makes a cutout drawable. Its channels are changed in place. */
export function prepareTexture(cutout: FaceCutout): FaceTexture {
  const facing = new Float32Array(meshVertexCount);
  facingWeights(cutout.mesh, facing);
  const { cover, coverage } = drawCover(cutout.channels, cutout.sidePixels, cutout.mesh);
  return { ...cutout, facing, cover, coverSide, skinCoverage: coverage };
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

/** Judges the skin, evens out the light of the texture (in place) and draws its mask. */
function drawCover(
  channels: ColourChannels,
  side: number,
  mesh: Float32Array,
): { cover: Float32Array; coverage: number } {
  const scale = coverSide / side;
  const coverMesh = mesh.map((value, i) => (i % 3 === 2 ? value * scale : (value + 0.5) * scale - 0.5));
  const skin = mapSkin(reducedPlanes(channels, side), coverMesh);
  const validity = enlarge(skin.validity, coverSide, side);
  evenLight({ sidePixels: side, channels, mesh, validity });

  const cover = new Float32Array(coverSide * coverSide);
  const radius = Math.max(2, Math.round((coverSide / margin) * feather));
  // The blur reaches 2 radii to each side: shrink the oval so that nothing is left on its line.
  const shrink = 1 - (2 * 2.1 * radius) / (coverSide / margin);
  fillPolygon(cover, coverSide, coverSide, ringPoints(coverMesh, faceOval, shrink), 1);
  boxBlur(cover, coverSide, coverSide, radius, new Float32Array(cover.length));
  // Fade out before hair begins, so that none of it is drawn.
  const valid = enlarge(validity, side, coverSide);
  boxBlur(valid, coverSide, coverSide, Math.round(coverSide * hairFade), new Float32Array(cover.length));
  for (let o = 0; o < cover.length; o++) cover[o]! *= smoothstep(0.55, 0.97, valid[o]!);
  return { cover, coverage: skin.coverage };
}

/** Bilinear change of size of a square plane. */
function enlarge(plane: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(to * to);
  for (let y = 0; y < to; y++) {
    for (let x = 0; x < to; x++) {
      out[y * to + x] = sampleBilinear(plane, from, ((x + 0.5) * from) / to - 0.5, ((y + 0.5) * from) / to - 0.5);
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

function reducedPlanes([reds, greens, blues]: ColourChannels, side: number): FacePlanes {
  const size = coverSide * coverSide;
  const planes = {
    sidePixels: coverSide,
    luma: new Float32Array(size),
    blueDifference: new Float32Array(size),
    redDifference: new Float32Array(size),
  };
  const step = side / coverSide;
  for (let y = 0; y < coverSide; y++) {
    for (let x = 0; x < coverSide; x++) {
      let [red, green, blue, count] = [0, 0, 0, 0];
      for (let sy = Math.floor(y * step); sy < Math.max(Math.floor(y * step) + 1, Math.floor((y + 1) * step)); sy++) {
        for (let sx = Math.floor(x * step); sx < Math.max(Math.floor(x * step) + 1, Math.floor((x + 1) * step)); sx++) {
          const p = Math.min(side - 1, sy) * side + Math.min(side - 1, sx);
          red += reds[p]!;
          green += greens[p]!;
          blue += blues[p]!;
          count++;
        }
      }
      const luma = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / count;
      const o = y * coverSide + x;
      planes.luma[o] = luma;
      planes.blueDifference[o] = (blue / count - luma) / 1.8556;
      planes.redDifference[o] = (red / count - luma) / 1.5748;
    }
  }
  return planes;
}
