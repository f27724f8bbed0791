import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { MediaIO } from "#media/media-io.js";
import type { Rational } from "#model/media.js";
import { captionLimits } from "./caption-track.js";
import type { CaptionSettings } from "./make-captions.js";

/**
 * Size of a video's upright picture in square pixels, and its frame rate, from what its container says.
 * @throws UnderstudyError `no-video-track`, `unreadable-media`, `too-many-pixels`.
 */
export async function captionSizeOf(
  io: Pick<MediaIO, "openInput">,
  path: string,
): Promise<Omit<CaptionSettings, "preset">> {
  const input = await io.openInput(path);
  try {
    const picture = input.tracks.find(({ kind, isCoverArt }) => kind === "video" && !isCoverArt)?.picture;
    if (picture === undefined) throw new UnderstudyError("no-video-track", `${basename(path)} has no picture track.`);
    const { rotation, averageFrameRate } = picture;
    const isTurned = rotation === 90 || rotation === 270;
    const shownWidth = Math.round(picture.widthPixels * stretchOf(picture.sampleAspectRatio));
    const [widthPixels, heightPixels] = isTurned
      ? [picture.heightPixels, shownWidth]
      : [shownWidth, picture.heightPixels];
    const most = captionLimits.maxSidePixels;
    if (Math.max(widthPixels, heightPixels) > most) {
      throw new UnderstudyError(
        "too-many-pixels",
        `${basename(path)} has ${widthPixels}x${heightPixels} pixels; a side may have ${most}.`,
      );
    }
    const rate = averageFrameRate.numerator / averageFrameRate.denominator;
    return { widthPixels, heightPixels, ...(rate >= 1 && rate <= 240 && { frameRate: rate }) };
  } finally {
    input.close();
  }
}

/** Wider pixels than this are a flaw of the file; real ones lie between 0.5 and 2. */
const mostStretch = 4;

/** How much wider than high a pixel is shown. */
function stretchOf({ numerator, denominator }: Rational): number {
  const stretch = numerator / denominator;
  return stretch >= 1 / mostStretch && stretch <= mostStretch ? stretch : 1;
}
