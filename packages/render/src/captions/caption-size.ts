import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { MediaIO } from "#media/media-io.js";
import { captionLimits } from "./caption-track.js";
import type { CaptionSettings } from "./make-captions.js";

/**
 * Size of a video's upright picture and its frame rate, from what its container says.
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
    const [widthPixels, heightPixels] = isTurned
      ? [picture.heightPixels, picture.widthPixels]
      : [picture.widthPixels, picture.heightPixels];
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
