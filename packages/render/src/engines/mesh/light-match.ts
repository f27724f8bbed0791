import type { PaintRoom } from "./paint-room.js";

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

/**
 * Compares the low frequencies of drawn and filmed face on plain skin, and fills the room's `gain`, `blueShift` and `redShift`:
 * luma = (photo luma - pedestal) * gain + pedestal; chroma = photo chroma + shift.
 * @param facePixels larger side of the face. @param isFullRange of the frame: its black is 0 instead of 16.
 * @param knowsUsual whether the room's `usualLuma` holds the person's usual face.
 * @returns the gain that brings the whole face to the video's brightness.
 */
export function matchLight(
  room: PaintRoom,
  facePixels: number,
  isFullRange: boolean,
  knowsUsual: boolean,
  { lumaStrength, foldStrength, lastingFoldStrength, expressionStrength, blurShare }: LightMatchOptions,
): number {
  return room.kernels.run.matchLight(
    room.scene,
    Math.max(1, Math.round((facePixels * blurShare) / 4)),
    isFullRange ? 0 : 16,
    Number(knowsUsual),
    lumaStrength,
    foldStrength,
    lastingFoldStrength,
    expressionStrength,
  );
}
