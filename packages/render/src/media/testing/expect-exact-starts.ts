import { expect } from "vitest";
import type { MediaIO } from "#media/media-io.js";
import { openFilm } from "./decode-film.js";

/** Frames that are compared behind each start: they reach over the next one in films with a start every second or less. */
const comparedFrames = 45;

/**
 * Decodes a film from each of its starts, and expects the very frames that decoding it from its beginning gives.
 * @returns the starts by their frames, such as `0 15+2 30`: 2 frames are shown before frame 15 and coded behind it.
 */
export async function expectExactStarts(io: MediaIO, path: string): Promise<string> {
  const { index, decode } = await openFilm(io, path);
  const { decodeStarts = [] } = index;
  const endFrame = index.presentationSeconds.length;
  const ends = [{ packet: 0, frame: 0 }, decodeStarts.at(-1)!];
  const whole = await decode({ startFrame: 0, endFrame }, ends);
  for (const { frame: startFrame } of decodeStarts.slice(1, -1)) {
    const range = { startFrame, endFrame: Math.min(endFrame, startFrame + comparedFrames) };
    expect(await decode(range, decodeStarts)).toEqual(whole.slice(range.startFrame, range.endFrame));
  }
  return decodeStarts
    .map(({ frame, leadingFrames }) => (leadingFrames ? `${frame}+${leadingFrames}` : frame))
    .join(" ");
}
