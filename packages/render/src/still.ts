import { encodeJpeg, planarToRgb, rotateImage, shrinkImage } from "#media/index.js";
import type { MarkReader } from "#marks/index.js";
import type { RgbImage } from "#model/image.js";
import type { FrameIndex, Rotation } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";

/** Longest side of the picture that stands for a video. */
const maxSidePixels = 640;

/** JPEG quality of that picture, 1-100. */
const jpegQuality = 80;

/** Two clocks that show the same time differ by what division rounds. */
const toleranceSeconds = 1e-6;

/** Takes one picture out of a film that is being looked at anyway. */
export interface StillTaker extends Pick<MarkReader, "wants" | "add"> {
  /** As a JPEG without metadata, at most 640 pixels on the longer side; undefined when the film ended before it. */
  finish(): Promise<Buffer | undefined>;
}

/** Opens it. @param options.atSeconds takes the first frame of this presentation second or later. */
export function createStillTaker({
  atSeconds,
  rotation,
}: {
  readonly atSeconds: number;
  readonly rotation: Rotation;
}): StillTaker {
  let image: RgbImage | undefined;
  const wants = (seconds: number): boolean => image === undefined && seconds >= atSeconds - toleranceSeconds;
  return {
    wants,
    add(frame, seconds) {
      if (wants(seconds)) image = rotateImage(planarToRgb(frame), rotation);
    },
    finish: async () => image && encodeJpeg(await shrinkImage(image, maxSidePixels), jpegQuality),
  };
}

/** Both look at a film that is read once; the still is always of a frame that is decoded. */
export function together(
  first: Pick<MarkReader, "wants" | "add" | "addHash">,
  second: Pick<StillTaker, "wants" | "add">,
): Pick<MarkReader, "wants" | "add" | "addHash"> {
  return {
    addHash: (sample) => first.addHash(sample),
    wants: (seconds) => first.wants(seconds) || second.wants(seconds),
    add(frame, seconds) {
      first.add(frame, seconds);
      second.add(frame, seconds);
    },
  };
}

/** The middle of the first swapped segment, in presentation seconds: that frame shows what the video is about. */
export function stillSecondsOf(
  { segments }: Pick<RenderPlan, "segments">,
  { presentationSeconds }: FrameIndex,
): number {
  const swapped = segments.find(({ treatment }) => treatment === "swap");
  if (swapped === undefined) return 0;
  return presentationSeconds[Math.floor((swapped.startFrame + swapped.endFrame) / 2)] ?? 0;
}
