import type { CaptionPainter, MediaIO } from "#media/media-io.js";
import type { CaptionBurn } from "#model/captions.js";
import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";

/** Draws captions onto the frames of one region; times are those of the film. */
export interface CaptionBurner {
  isShownAt(seconds: number): boolean;
  /** In place. Times do not fall. */
  burn(planes: PlanarFrame, seconds: number): Promise<void>;
  close(): void;
}

/** Opens nothing before the first frame that shows a caption. */
export function createCaptionBurner(
  io: Pick<MediaIO, "openCaptionPainter">,
  { spans, ...files }: CaptionBurn,
  rotation: Rotation,
): CaptionBurner {
  let painter: CaptionPainter | undefined;
  return {
    isShownAt: (seconds) =>
      spans.some(({ startSeconds, endSeconds }) => startSeconds <= seconds && seconds < endSeconds),
    async burn(planes, seconds) {
      painter ??= await io.openCaptionPainter({ ...files, ...shapeOf(planes), rotation });
      await painter.paint(planes, seconds);
    },
    close: () => painter?.close(),
  };
}

function shapeOf({ widthPixels, heightPixels, isFullRange, matrix }: PlanarFrame) {
  return { widthPixels, heightPixels, isFullRange, matrix };
}
