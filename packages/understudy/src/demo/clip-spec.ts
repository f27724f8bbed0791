/** The talking clip that the demo draws. Plain data: drawing threads get a copy. */
export interface ClipSpec {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly framesPerSecond: number;
  readonly durationSeconds: number;
  /** Same seed, same words and movements. */
  readonly seed: number;
}

/** Long enough for the default plan to show swap, keep, swap, keep. */
export const fullClip: ClipSpec = {
  widthPixels: 1280,
  heightPixels: 720,
  framesPerSecond: 30,
  durationSeconds: 30,
  seed: 7,
};

/** For a test, or a machine in a hurry: one swap, one keep. */
export const quickClip: ClipSpec = {
  widthPixels: 640,
  heightPixels: 360,
  framesPerSecond: 24,
  durationSeconds: 6,
  seed: 7,
};

/** Frames of a clip. */
export function frameCountOf({ framesPerSecond, durationSeconds }: ClipSpec): number {
  return Math.round(framesPerSecond * durationSeconds);
}
