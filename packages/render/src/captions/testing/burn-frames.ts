import { copyPlanes } from "#media/copy-planes.js";
import type { CaptionPainterOrder, MediaIO } from "#media/media-io.js";
import type { PlanarFrame } from "#model/image.js";

/** Which pictures are drawn. */
export interface BurnOrder extends Pick<CaptionPainterOrder, "assPath" | "fontsFolder"> {
  readonly background: PlanarFrame;
  /** Default 0. */
  readonly rotation?: CaptionPainterOrder["rotation"];
  /** Times in seconds, rising. */
  readonly times: readonly number[];
}

/** Is shown a drawn picture; its planes hold during the call only. */
export type OnPicture = (planes: PlanarFrame, seconds: number) => void;

/** Draws captions over the same background at each time. */
export async function burnFrames(io: MediaIO, order: BurnOrder, onPicture: OnPicture): Promise<void> {
  const { background, times, rotation = 0, ...files } = order;
  const planes = { ...background, y: background.y.slice(), u: background.u.slice(), v: background.v.slice() };
  const painter = await io.openCaptionPainter({ ...files, ...background, rotation });
  try {
    for (const seconds of times) {
      copyPlanes(planes, background);
      await painter.paint(planes, seconds);
      onPicture(planes, seconds);
    }
  } finally {
    painter.close();
  }
}
