import { UnderstudyError } from "#model/errors.js";
import { firstIssue } from "#model/first-issue.js";
import type { QualityReport } from "#model/manifest.js";
import { swapClipOutputSchema, type SwapClipOutput } from "./swap-contract.js";
import type { SwappedClip } from "./swapped-clip.js";
import { withoutUndefined } from "./wire-values.js";

/** An answer as whoever asked works with it. */
export interface RemoteClip extends SwappedClip {
  /** Where the clip can be fetched; absent when the request said where to put it. */
  readonly clipUrl?: string;
}

/**
 * Reads an engine's answer.
 * @throws UnderstudyError `internal-error` with the first field that is not as the contract says.
 */
export function parseSwapClipOutput(value: unknown): RemoteClip {
  const parsed = swapClipOutputSchema.safeParse(value);
  if (!parsed.success) {
    const message = `The engine's answer is not valid at ${firstIssue(parsed.error)}.`;
    throw new UnderstudyError("internal-error", message, {
      hint: "Update the engine: it must speak swap-clip version 1.",
    });
  }
  const output = parsed.data;
  return withoutUndefined({
    clipUrl: output.clip_url,
    sha256: output.sha256,
    byteLength: output.byte_length,
    frameCount: output.frames,
    framesSwapped: output.frames_swapped,
    framesWithoutFace: output.frames_without_face,
    frameRate: output.fps,
    widthPixels: output.width,
    heightPixels: output.height,
    engine: output.engine,
    seconds: output.seconds,
    device: output.device,
    notes: output.notes ?? [],
    quality: output.quality && (respell(output.quality, toCamelCase) as unknown as QualityReport),
  });
}

/**
 * Spells an answer for the wire. @param clipUrl where the clip can be fetched; left out when the request named a
 * place.
 */
export function writeSwapClipOutput(clip: SwappedClip, clipUrl?: string): SwapClipOutput {
  const output = {
    version: 1,
    clip_url: clipUrl,
    sha256: clip.sha256,
    byte_length: clip.byteLength,
    frames: clip.frameCount,
    frames_swapped: clip.framesSwapped,
    frames_without_face: clip.framesWithoutFace,
    fps: clip.frameRate,
    width: clip.widthPixels,
    height: clip.heightPixels,
    engine: clip.engine,
    seconds: clip.seconds,
    device: clip.device,
    notes: clip.notes,
    quality: clip.quality && respell(clip.quality, toSnakeCase),
  };
  return swapClipOutputSchema.parse(withoutUndefined(output));
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function respell(value: object, spell: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [spell(name), member]));
}
