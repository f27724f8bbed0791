import { createAffineMaps, solveAffineMaps } from "./affine-maps.js";
import { boxBlur } from "./box-blur.js";
import type { ColourChannels } from "./face-texture.js";
import { smoothstep } from "./mesh-measures.js";
import { mirrorOf } from "./mirror-map.js";
import { createSpanList, findSpans } from "./spans.js";
import { faceTriangles, meshVertexCount } from "./topology.js";
import { warpPlane } from "./warp.js";

/** A square face picture as separate planes, its landmarks, and how far each pixel may be used. */
export interface FacePicture {
  readonly sidePixels: number;
  readonly channels: ColourChannels;
  readonly mesh: Float32Array;
  /** 0-1 a pixel. */
  readonly validity: Float32Array;
}

/** Width over the face size at which light is told from features. */
const lightBlurShare = 0.05;
/** Radius over the face size of the change from a half to the mirrored other. */
const seamShare = 0.03;
/** A side can be this much brighter than the other before its correction is held. */
const strongestGain = 1.7;

/**
 * Evens out the light of a photo and fills what hair covers, by the other half of the face: light from one side makes both
 * halves differ where the face itself hardly does. Each half is brought to the geometric mean of both in the low
 * frequencies, and invalid pixels are taken from the mirrored place where that one is valid. Works in place.
 */
export function evenLight(picture: FacePicture): void {
  const { sidePixels: side, channels, mesh, validity } = picture;
  const size = side * side;
  const facePixels = side / 1.1;
  const radius = Math.max(2, Math.round(facePixels * lightBlurShare));
  const scratch = new Float32Array(size);
  const mirror = createMirror(mesh, side);

  const blurredWeight = validity.slice();
  boxBlur(blurredWeight, side, side, radius, scratch);
  const mirroredWeight = mirror(blurredWeight);
  const mirroredValidity = mirror(validity);
  // How far both halves know the light here; what only one half knows is left as it is.
  const trust = blurredWeight.map((weight, o) => smoothstep(0.1, 0.5, Math.min(weight, mirroredWeight[o]!)));
  // Both halves never match in full: the change from one to the other is spread over a few hundredths of the face.
  const own = validity.slice();
  boxBlur(own, side, side, Math.max(1, Math.round(facePixels * seamShare)), scratch);
  const fill = own.map((share, o) => (1 - smoothstep(0.55, 0.99, share)) * smoothstep(0.3, 0.9, mirroredValidity[o]!));
  boxBlur(trust, side, side, radius >> 1, scratch);

  for (const channel of channels) {
    const low = channel.map((value, o) => value * validity[o]!);
    boxBlur(low, side, side, radius, scratch);
    for (let o = 0; o < size; o++) low[o] = (low[o]! + 1e-3) / (blurredWeight[o]! + 1e-5);
    const mirroredLow = mirror(low);
    const gain = low.map((own, o) => {
      const ratio = Math.sqrt((mirroredLow[o]! + 4) / (own + 4));
      return 1 + (Math.min(strongestGain, Math.max(1 / strongestGain, ratio)) - 1) * trust[o]!;
    });
    for (let o = 0; o < size; o++) channel[o]! *= gain[o]!;
    const mirrored = mirror(channel);
    for (let o = 0; o < size; o++) channel[o]! += (mirrored[o]! - channel[o]!) * fill[o]!;
  }
  for (let o = 0; o < size; o++) validity[o] = Math.min(1, validity[o]! + fill[o]!);
}

/** A function that draws a plane onto the face with both halves exchanged; outside the mesh it returns what was there. */
function createMirror(mesh: Float32Array, side: number): (plane: Float32Array) => Float32Array {
  const vertices = new Float32Array(2 * meshVertexCount);
  const sources = new Float32Array(2 * meshVertexCount);
  for (let i = 0; i < meshVertexCount; i++) {
    const partner = mirrorOf[i]!;
    vertices[2 * i] = mesh[3 * i]!;
    vertices[2 * i + 1] = mesh[3 * i + 1]!;
    sources[2 * i] = mesh[3 * partner]!;
    sources[2 * i + 1] = mesh[3 * partner + 1]!;
  }
  const spans = createSpanList();
  findSpans(vertices, faceTriangles, side, side, spans);
  const maps = createAffineMaps(faceTriangles.length / 3, 2);
  solveAffineMaps(vertices, faceTriangles, sources, maps);
  return (plane) => {
    const out = plane.slice();
    warpPlane(spans, maps, plane, side, out, side);
    return out;
  };
}
