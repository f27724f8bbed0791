import type { PixelBox, PlanarFrame } from "#model/image.js";
import { boxBlur } from "./box-blur.js";
import type { ColourPlanes } from "./warp.js";

/** Strengths of the match; measured in docs/quality.md. */
export interface LightMatchOptions {
  /** How far the brightness of each place of the face follows the video inside the face, 0-1; 1 on the outline always. */
  readonly lumaStrength: number;
  /** How much of the person's folds and creases is laid over the photo's skin, 0-1: without them a smile looks painted on. */
  readonly foldStrength: number;
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

/** Gains outside this range come from a failed match, not from light. */
const gainLimits = { low: 0.35, high: 2.6 } as const;
/** Folds lighter or darker than this are not folds. */
const foldLimits = { low: 0.72, high: 1.16 } as const;
/** Luma steps added before dividing, so that deep shade does not blow up. */
const darkFloor = 6;

/** Compares the low frequencies of drawn and filmed face on plain skin. Its planes are reused from frame to frame. */
export class LightMatcher implements LightMatch {
  gain = new Float32Array(0);
  blueShift = new Float32Array(0);
  redShift = new Float32Array(0);
  width = 0;
  height = 0;
  #weight = new Float32Array(0);
  #photoLuma = new Float32Array(0);
  #videoLuma = new Float32Array(0);
  #inner = new Float32Array(0);
  /** Luma of the video as gathered, unblurred; 0 where there is no plain skin. */
  #detail = new Float32Array(0);
  #folds = new Float32Array(0);
  #scratch = new Float32Array(0);

  /**
   * @param box part of the frame in work, its sides multiples of 4 and 2.
   * @param warpedLuma the photo's luma drawn through the mesh, `box` size. @param colour the rest, at half size.
   * @param pedestal black in the frame's range: 16 or 0.
   */
  match(
    frame: PlanarFrame,
    box: PixelBox,
    warpedLuma: Float32Array,
    colour: ColourPlanes,
    facePixels: number,
    pedestal: number,
    options: LightMatchOptions,
  ): void {
    const boxWidth = box.right - box.left;
    const width = (this.width = boxWidth >> 2);
    const height = (this.height = (box.bottom - box.top) >> 2);
    this.#reserve(width * height);
    this.#gather(frame, box, warpedLuma, colour);
    const radius = Math.max(1, Math.round((facePixels * options.blurShare) / 4));
    for (const plane of [this.#weight, this.#photoLuma, this.#videoLuma, this.blueShift, this.redShift, this.#inner]) {
      boxBlur(plane, width, height, radius, this.#scratch);
    }
    this.#solve(width * height, pedestal, options);
  }

  #reserve(size: number): void {
    if (this.gain.length >= size) return;
    const room = Math.ceil(size * 1.3);
    this.gain = new Float32Array(room);
    this.blueShift = new Float32Array(room);
    this.redShift = new Float32Array(room);
    this.#weight = new Float32Array(room);
    this.#photoLuma = new Float32Array(room);
    this.#videoLuma = new Float32Array(room);
    this.#inner = new Float32Array(room);
    this.#detail = new Float32Array(room);
    this.#folds = new Float32Array(room);
    this.#scratch = new Float32Array(room);
  }

  /** Weighted sums over 4x4 luma pixels, which are 2x2 chroma pixels. */
  #gather(frame: PlanarFrame, box: PixelBox, warpedLuma: Float32Array, colour: ColourPlanes): void {
    const { width, height } = this;
    const boxWidth = box.right - box.left;
    const halfWidth = boxWidth >> 1;
    const { y: lumaPlane, u: uPlane, v: vPlane, lumaStride, chromaStride } = frame;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const o = row * width + column;
        const half = 2 * row * halfWidth + 2 * column;
        let [weight, photo, video, blue, red, inner, folds] = [0, 0, 0, 0, 0, 0, 0];
        for (let k = 0; k < 4; k++) {
          const dx = k & 1;
          const dy = k >> 1;
          const h = half + dy * halfWidth + dx;
          const opacity = colour.opacity[h]!;
          if (opacity <= 0.02) continue;
          const w = colour.plainness[h]! * opacity;
          inner += opacity * colour.innerness[h]!;
          if (w <= 0.02) continue;
          const p = (4 * row + 2 * dy) * boxWidth + 4 * column + 2 * dx;
          const q = (box.top + 4 * row + 2 * dy) * lumaStride + box.left + 4 * column + 2 * dx;
          const c = ((box.top >> 1) + 2 * row + dy) * chromaStride + (box.left >> 1) + 2 * column + dx;
          photo +=
            w * (warpedLuma[p]! + warpedLuma[p + 1]! + warpedLuma[p + boxWidth]! + warpedLuma[p + boxWidth + 1]!);
          video +=
            w * (lumaPlane[q]! + lumaPlane[q + 1]! + lumaPlane[q + lumaStride]! + lumaPlane[q + lumaStride + 1]!);
          blue += w * (uPlane[c]! - 128 - colour.blueDifference[h]!);
          red += w * (vPlane[c]! - 128 - colour.redDifference[h]!);
          weight += w;
          folds += w * colour.foldedness[h]!;
        }
        this.#weight[o] = weight;
        this.#photoLuma[o] = photo * 0.25;
        this.#videoLuma[o] = video * 0.25;
        this.blueShift[o] = blue;
        this.redShift[o] = red;
        this.#inner[o] = inner * 0.25;
        this.#detail[o] = weight > 0.4 ? (video * 0.25) / weight : 0;
        this.#folds[o] = folds * 0.25;
      }
    }
  }

  #solve(size: number, pedestal: number, { lumaStrength, foldStrength }: LightMatchOptions): void {
    const lift = darkFloor - pedestal;
    let [photoSum, videoSum, weightSum] = [0, 0, 1e-6];
    for (let o = 0; o < size; o++) {
      photoSum += this.#photoLuma[o]!;
      videoSum += this.#videoLuma[o]!;
      weightSum += this.#weight[o]!;
    }
    const overall = limit((videoSum / weightSum + lift) / (photoSum / weightSum + lift));
    for (let o = 0; o < size; o++) {
      // A trace of the overall match stands in where no plain skin is near (the middle of the lips).
      const weight = this.#weight[o]! + 1e-4;
      const photo = (this.#photoLuma[o]! + (1e-4 * photoSum) / weightSum) / weight;
      const video = (this.#videoLuma[o]! + (1e-4 * videoSum) / weightSum) / weight;
      const local = limit((video + lift) / (photo + lift));
      const follow = 1 - (1 - lumaStrength) * Math.min(1, this.#inner[o]!);
      let gain = overall * (1 + (local / overall - 1) * follow);
      if (this.#detail[o]! > 0) {
        const fold = (this.#detail[o]! + lift) / (video + lift);
        const held = fold < foldLimits.low ? foldLimits.low : fold > foldLimits.high ? foldLimits.high : fold;
        gain *= 1 + (held - 1) * foldStrength * this.#folds[o]!;
      }
      this.gain[o] = gain;
      this.blueShift[o] = this.blueShift[o]! / weight;
      this.redShift[o] = this.redShift[o]! / weight;
    }
  }
}

function limit(gain: number): number {
  return gain < gainLimits.low ? gainLimits.low : gain > gainLimits.high ? gainLimits.high : gain;
}
