import { smoothstep } from "#face-mesh/mesh-measures.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import { boxBlur } from "./box-blur.js";
import type { ColourPlanes } from "./warp.js";
import type { FaceWeights } from "./face-weights.js";

/** Strengths of the match; measured in docs/quality.md. */
export interface LightMatchOptions {
  /** How far the brightness of each place of the face follows the video inside the face, 0-1; 1 on the outline always. */
  readonly lumaStrength: number;
  /**
   * How much of the person's folds and creases is laid over the photo's skin, 0-1: without them a smile looks painted on.
   * Holds where the person's usual face is not known; otherwise the next two do.
   */
  readonly foldStrength: number;
  /** The same for lasting folds: they are the person's own, and bring the other face back. */
  readonly lastingFoldStrength: number;
  /** The same for folds that come and go with the expression. */
  readonly expressionStrength: number;
  /** Blur over the face size that divides light (kept from the video) from features (taken from the photo). */
  readonly blurShare: number;
}

/** Luma = (photo luma - pedestal) * gain + pedestal; chroma = photo chroma + shift. Planes at a quarter of the frame's size. */
export interface LightMatch {
  readonly gain: Float32Array;
  readonly blueShift: Float32Array;
  readonly redShift: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** What the match compares, besides the frame. */
export interface LightMatchInput {
  /** The photo's luma drawn through the mesh, box size. */
  readonly luma: Float32Array;
  /** At half size. */
  readonly colour: ColourPlanes;
  /** At a quarter. */
  readonly weights: FaceWeights;
  /** Luma of the person's usual face at each place, a quarter of the size; undefined where it is not known. */
  readonly usualLuma?: Float32Array | undefined;
}

/** Gains outside this range come from a failed match, not from light. */
const gainLimits = { low: 0.35, high: 2.6 } as const;
/** Folds lighter or darker than this are not folds. */
const foldLimits = { low: 0.72, high: 1.16 } as const;
/** The same for what the expression adds: a fold that is usual and missing now must not turn into a bright ridge. */
const expressionLimits = { low: 0.72, high: 1.05 } as const;
/**
 * Plainness from which folds are laid over, and from which in full. The mesh lags behind a raised brow: what is dark beside a
 * brow, a lid or a lip is more often that feature out of its place than a fold.
 */
const foldEdge = { from: 0.35, to: 0.85 } as const;
/** Luma steps added before dividing, so that deep shade does not blow up. */
const darkFloor = 6;
/** Places with less plain skin than this have no say. */
const leastWeight = 0.02;

/** What is gathered and blurred on the way to a match. */
const createPlanes = (size: number) => ({
  weight: new Float32Array(size),
  photoLuma: new Float32Array(size),
  videoLuma: new Float32Array(size),
  usualLuma: new Float32Array(size),
  /** Luma of the video as gathered, unblurred; 0 where there is no plain skin. */
  detail: new Float32Array(size),
  scratch: new Float32Array(size),
});

/** Compares the low frequencies of drawn and filmed face on plain skin. Its planes are reused from frame to frame. */
export class LightMatcher implements LightMatch {
  gain = new Float32Array(0);
  blueShift = new Float32Array(0);
  redShift = new Float32Array(0);
  width = 0;
  /** The gain that brings the whole face to the video's brightness. */
  overall = 1;
  height = 0;
  #planes = createPlanes(0);

  /**
   * @param box part of the frame in work, its sides multiples of 4 and 2.
   * @param pedestal black in the frame's range: 16 or 0.
   */
  match(
    frame: PlanarFrame,
    box: PixelBox,
    input: LightMatchInput,
    facePixels: number,
    pedestal: number,
    options: LightMatchOptions,
  ): void {
    const width = (this.width = (box.right - box.left) >> 2);
    const height = (this.height = (box.bottom - box.top) >> 2);
    if (this.gain.length < width * height) {
      const room = Math.ceil(width * height * 1.3);
      for (const name of ["gain", "blueShift", "redShift"] as const) this[name] = new Float32Array(room);
      this.#planes = createPlanes(room);
    }
    this.#gather(frame, box, input);
    const radius = Math.max(1, Math.round((facePixels * options.blurShare) / 4));
    for (const plane of [
      this.#planes.weight,
      this.#planes.photoLuma,
      this.#planes.videoLuma,
      this.blueShift,
      this.redShift,
    ]) {
      boxBlur(plane, width, height, radius, this.#planes.scratch);
    }
    if (input.usualLuma) boxBlur(this.#planes.usualLuma, width, height, radius, this.#planes.scratch);
    this.#solve(width * height, pedestal, input, options);
  }

  /**
   * Weighted sums over 4x4 luma pixels, which are 2x2 chroma pixels; the texture is no finer than the frame, so four of its luma
   * pixels tell its light, and two chroma pixels of four. Places on the edge of what is drawn have no say.
   */
  #gather(frame: PlanarFrame, box: PixelBox, { luma, colour, weights, usualLuma }: LightMatchInput): void {
    const { width, height } = this;
    const boxWidth = box.right - box.left;
    const halfWidth = boxWidth >> 1;
    const { y: filmed, u: uPlane, v: vPlane, lumaStride, chromaStride } = frame;
    const { opacity, blueDifference, redDifference } = colour;
    const { plainness, ownPlainness } = weights;
    const { weight: weightPlane, photoLuma, videoLuma, detail, usualLuma: usualPlane } = this.#planes;
    const { blueShift, redShift } = this;
    for (let row = 0; row < height; row++) {
      let h = 2 * row * halfWidth;
      let p = 4 * row * boxWidth + boxWidth;
      let q = (box.top + 4 * row) * lumaStride + box.left;
      let c = ((box.top >> 1) + 2 * row) * chromaStride + (box.left >> 1);
      const end = (row + 1) * width;
      for (let o = row * width; o < end; o++, h += 2, p += 4, q += 4, c += 2) {
        const plain = plainness[o]! < ownPlainness[o]! ? plainness[o]! : ownPlainness[o]!;
        let weight = 0;
        if (plain > leastWeight) {
          const [o1, o2, o3, o4] = [opacity[h]!, opacity[h + 1]!, opacity[h + halfWidth]!, opacity[h + halfWidth + 1]!];
          if (o1 > 0 && o2 > 0 && o3 > 0 && o4 > 0) weight = plain * (o1 + o2 + o3 + o4);
        }
        if (weight <= 4 * leastWeight) {
          weightPlane[o] = photoLuma[o] = videoLuma[o] = blueShift[o] = redShift[o] = detail[o] = usualPlane[o] = 0;
          continue;
        }
        let sum = 0;
        for (let k = 0, at = q; k < 4; k++, at += lumaStride)
          sum += filmed[at]! + filmed[at + 1]! + filmed[at + 2]! + filmed[at + 3]!;
        const video = sum / 16;
        const down = p + 2 * boxWidth;
        weightPlane[o] = weight;
        photoLuma[o] = 0.25 * weight * (luma[p]! + luma[p + 2]! + luma[down + 1]! + luma[down + 3]!);
        videoLuma[o] = weight * video;
        const g = h + halfWidth + 1;
        const d = c + chromaStride + 1;
        blueShift[o] = 0.5 * weight * (uPlane[c]! + uPlane[d]! - 256 - blueDifference[h]! - blueDifference[g]!);
        redShift[o] = 0.5 * weight * (vPlane[c]! + vPlane[d]! - 256 - redDifference[h]! - redDifference[g]!);
        detail[o] = weight > 0.4 ? video : 0;
        if (usualLuma) usualPlane[o] = weight * usualLuma[o]!;
      }
    }
  }

  #solve(
    size: number,
    pedestal: number,
    { weights, usualLuma }: LightMatchInput,
    { lumaStrength, foldStrength, lastingFoldStrength, expressionStrength }: LightMatchOptions,
  ): void {
    const lift = darkFloor - pedestal;
    const { weight: weightPlane, photoLuma, videoLuma, detail, usualLuma: usualPlane } = this.#planes;
    const { gain: gains, blueShift, redShift } = this;
    const { innerness, foldedness, plainness, ownPlainness } = weights;
    let photoSum = 0;
    let videoSum = 0;
    let weightSum = 1e-6;
    for (let o = 0; o < size; o++) {
      photoSum += photoLuma[o]!;
      videoSum += videoLuma[o]!;
      weightSum += weightPlane[o]!;
    }
    const overall = (this.overall = limit((videoSum / weightSum + lift) / (photoSum / weightSum + lift)));
    // A trace of the overall match stands in where no plain skin is near (the middle of the lips).
    const tracePhoto = (1e-4 * photoSum) / weightSum;
    const traceVideo = (1e-4 * videoSum) / weightSum;
    for (let o = 0; o < size; o++) {
      const share = 1 / (weightPlane[o]! + 1e-4);
      const photo = (photoLuma[o]! + tracePhoto) * share;
      const video = (videoLuma[o]! + traceVideo) * share;
      const local = limit((video + lift) / (photo + lift));
      const inner = innerness[o]!;
      const follow = 1 - (1 - lumaStrength) * (inner < 1 ? inner : 1);
      let gain = overall + (local - overall) * follow;
      if (foldedness[o]! > 0 && detail[o]! > 0) {
        const folded =
          foldedness[o]! * smoothstep(foldEdge.from, foldEdge.to, Math.min(plainness[o]!, ownPlainness[o]!));
        const fold = (detail[o]! + lift) / (video + lift);
        if (usualLuma) {
          const usual = (usualLuma[o]! + lift) / (usualPlane[o]! * share + lift);
          gain *= 1 + (hold(fold / usual, expressionLimits) - 1) * expressionStrength * folded;
          gain *= 1 + (hold(usual, foldLimits) - 1) * lastingFoldStrength * folded;
        } else gain *= 1 + (hold(fold, foldLimits) - 1) * foldStrength * folded;
      }
      gains[o] = gain;
      blueShift[o] = blueShift[o]! * share;
      redShift[o] = redShift[o]! * share;
    }
  }
}

function limit(gain: number): number {
  return hold(gain, gainLimits);
}

function hold(value: number, { low, high }: { readonly low: number; readonly high: number }): number {
  return value < low ? low : value > high ? high : value;
}
