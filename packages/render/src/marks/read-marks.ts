import { basename } from "node:path";
import type { MediaInput, MediaIO, PictureDecoder } from "#media/media-io.js";
import { readMp4Claims } from "#media/mp4-claims.js";
import { maxPacketsFor, tooManyPackets } from "#media/packet-limit.js";
import type { PictureTrack } from "#media/region-source.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import { UnderstudyError } from "#model/errors.js";
import type { Fingerprint } from "#model/manifest.js";
import { defaultLimits } from "#model/request.js";
import { createLookupFingerprinter } from "./fingerprint.js";
import type { FilmMarks } from "./marks.js";
import { createWatermarkDetector } from "./watermark-detector.js";

/** Marks of a film of unknown origin. */
export interface FoundMarks extends FilmMarks {
  /** `fingerprint`, then one for each way in which the film may have been cropped; for `compareFingerprints()`. */
  readonly lookupFingerprints: readonly Fingerprint[];
}

/** How a film is read. */
export interface ReadMarksOptions {
  readonly signal: AbortSignal;
  /** Packets read and their number as the file states it; the last call says that all are read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Decodes the first picture track of any film once and reads its marks. A damaged film gives what could be decoded.
 * Times count from the moment a player shows as 0:00. Size and packet count have to keep `defaultLimits`.
 * @throws UnderstudyError `file-missing`, `unreadable-media`, `no-video-track`, `too-many-pixels`; an `AbortError`.
 */
export async function readMarks(io: MediaIO, path: string, options: ReadMarksOptions): Promise<FoundMarks> {
  const { signal, onProgress } = options;
  const maxPackets = maxPacketsFor(defaultLimits);
  // Comes before FFmpeg opens the file, which makes room for all that an MP4's tables announce.
  const claims = await readMp4Claims(path, signal);
  if (claims.packets > maxPackets) throw tooManyPackets(path, maxPackets);
  const input = await io.openInput(path);
  let decoder: PictureDecoder | undefined;
  try {
    const track = pictureTrackOf(input);
    const { rotation } = track.picture;
    const detector = createWatermarkDetector({ rotation });
    const fingerprinter = createLookupFingerprinter({ rotation });
    input.select([track.index]);
    decoder = input.openDecoder(track.index, { convert: true, threads: 0 });
    const turn = createTurns(signal);
    let packets = 0;
    let frames = 0;
    for (let isEnded = false; !isEnded;) {
      const packet = await input.read();
      isEnded = packet === undefined;
      if (packets > maxPackets) throw tooManyPackets(path, maxPackets);
      await decoder.send(packet);
      for (let decoded = await decoder.receive(); decoded !== undefined; decoded = await decoder.receive()) {
        const seconds = ticksToSeconds(decoded.ptsTicks, track.timeBase) - input.zeroSeconds;
        if (detector.wants(seconds)) detector.add(decoded.planes, seconds);
        if (fingerprinter.wants(seconds)) fingerprinter.add(decoded.planes, seconds);
        decoded.release();
        frames++;
        await turn();
      }
      if (!isEnded) onProgress?.(++packets, Math.max(packets + 1, track.declaredPackets));
      await turn();
    }
    if (frames === 0) {
      throw new UnderstudyError("unreadable-media", `No picture of ${basename(path)} could be decoded.`);
    }
    onProgress?.(packets, packets);
    const lookupFingerprints = fingerprinter.finish();
    return { watermark: detector.finish(), fingerprint: lookupFingerprints[0], lookupFingerprints };
  } finally {
    decoder?.close();
    input.close();
  }
}

function pictureTrackOf(input: MediaInput): PictureTrack {
  const track = input.tracks.find(({ kind, isCoverArt }) => kind === "video" && !isCoverArt);
  if (track?.picture === undefined) {
    throw new UnderstudyError("no-video-track", `${basename(input.path)} has no picture track.`);
  }
  const { widthPixels, heightPixels } = track.picture;
  if (widthPixels * heightPixels > defaultLimits.maxPixels) {
    const size = `${widthPixels}x${heightPixels}`;
    const limit = `the limit is ${defaultLimits.maxPixels} in all`;
    throw new UnderstudyError("too-many-pixels", `The picture is ${size} pixels, ${limit}.`);
  }
  return { ...track, picture: track.picture };
}
