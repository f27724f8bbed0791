import type { RgbImage } from "#model/image.js";
import { UnderstudyError } from "#model/errors.js";
import { planarToRgb } from "./colour-conversion.js";
import type { DecodedPicture, MediaIO } from "./media-io.js";
import { openPictureTrack } from "./region-source.js";
import { rotateImage } from "./rotate-image.js";
import { createTurns } from "./turns.js";

/** How frames are grabbed. */
export interface GrabSettings {
  /** Stream number of the picture track; default the first that is not a cover picture. */
  readonly trackIndex?: number;
  readonly signal?: AbortSignal;
}

/**
 * Decodes chosen frames as upright RGB, in the order asked for; the file is read up to the last of them.
 * @param frameNumbers visible frame numbers in display order; numbers behind the end give the last frame.
 * @throws UnderstudyError `unreadable-media`, `no-video-track`, `cancelled`.
 */
export async function grabFrames(
  io: MediaIO,
  path: string,
  frameNumbers: readonly number[],
  settings: GrabSettings = {},
): Promise<RgbImage[]> {
  const wanted = new Set(frameNumbers);
  const last = Math.max(-1, ...wanted);
  const images = new Map<number, RgbImage>();
  const { input, track } = await openPictureTrack(io, path, settings.trackIndex ?? (await firstPictureTrack(io, path)));
  const decoder = input.openDecoder(track.index, { convert: true, threads: 0 });
  const turn = createTurns(settings.signal);
  let number = 0;
  let latest: DecodedPicture | undefined;
  const upright = (decoded: DecodedPicture) => rotateImage(planarToRgb(decoded.planes), track.picture.rotation);
  try {
    for (let isEnded = false; !isEnded && number <= last;) {
      const packet = input.read();
      isEnded = packet === undefined;
      decoder.send(packet);
      for (let decoded = decoder.receive(); decoded !== undefined; decoded = decoder.receive()) {
        if (wanted.has(number)) images.set(number, upright(decoded));
        number++;
        latest?.release();
        latest = decoded;
        await turn();
      }
    }
    if (latest !== undefined && last >= number) images.set(Number.POSITIVE_INFINITY, upright(latest));
  } finally {
    latest?.release();
    decoder.close();
    input.close();
  }
  return frameNumbers.map((frame) => {
    const image = images.get(frame) ?? images.get(Number.POSITIVE_INFINITY);
    if (image === undefined)
      throw new UnderstudyError("unreadable-media", `Frame ${frame} of ${path} could not be read.`);
    return image;
  });
}

/** The visible frame that is on screen at a time, given the ascending times of all frames. */
export function frameAt(presentationSeconds: readonly number[], seconds: number): number {
  return Math.max(
    0,
    presentationSeconds.findLastIndex((start) => start <= seconds + 1e-9),
  );
}

async function firstPictureTrack(io: MediaIO, path: string): Promise<number> {
  const input = await io.openInput(path);
  try {
    return input.tracks.findIndex((track) => track.kind === "video" && !track.isCoverArt);
  } finally {
    input.close();
  }
}
