import { writeFile } from "node:fs/promises";
import {
  createMediaIo,
  grabFrames,
  shrinkImage,
  type Manifest,
  type MediaChoice,
  type MediaIO,
  type RgbImage,
} from "@understudy/render";
import { encodePictures } from "./encode-pictures.js";
import { reportPage } from "./page.js";
import { pickMoments } from "./pick-moments.js";

/** What a report is made from. */
export interface ReportInput {
  readonly manifest: Manifest;
  readonly sourcePath: string;
  readonly videoPath: string;
  readonly manifestPath: string;
  /** Where the page is written; it lies beside the video in the end. */
  readonly reportPath: string;
  readonly mediaIo: MediaChoice;
  readonly signal: AbortSignal;
  /** Videos looked at so far, of two. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Frames are scaled down to this before the next ones are read; a 4K frame has 25 MB. */
const maxSidePixels = 1280;

/** Frames held in full size at a time: more need more memory, fewer read the file more often. */
const framesPerGrab = 3;

/**
 * Takes frames out of both videos and writes the page.
 * @throws UnderstudyError `unreadable-media`, `disk-full`, `cancelled`.
 */
export async function writeReport(input: ReportInput): Promise<void> {
  const { manifest, signal, onProgress } = input;
  const io = createMediaIo(input.mediaIo);
  const moments = pickMoments(manifest.plan.segments);
  onProgress(0, 2);
  const before = await grab(io, input.sourcePath, moments, signal);
  onProgress(1, 2);
  const after = await grab(io, input.videoPath, moments, signal);
  onProgress(2, 2);
  const pictures = await encodePictures([...before, ...after]);
  const shown = moments.map((moment, i) => {
    const { dataUri, widthPixels, heightPixels } = pictures[i]!;
    return { ...moment, before: dataUri, after: pictures[moments.length + i]!.dataUri, widthPixels, heightPixels };
  });
  signal.throwIfAborted();
  const { videoPath, manifestPath, reportPath } = input;
  await writeFile(reportPath, reportPage({ manifest, videoPath, manifestPath, moments: shown }));
}

async function grab(
  io: MediaIO,
  path: string,
  moments: readonly { frame: number }[],
  signal: AbortSignal,
): Promise<RgbImage[]> {
  const shrunk: RgbImage[] = [];
  for (let first = 0; first < moments.length; first += framesPerGrab) {
    const frameNumbers = moments.slice(first, first + framesPerGrab).map(({ frame }) => frame);
    const images = await grabFrames(io, path, frameNumbers, { signal });
    // One by one, each let go of as soon as it is small.
    for (let image = images.shift(); image !== undefined; image = images.shift()) {
      shrunk.push(await shrinkImage(image, maxSidePixels));
    }
  }
  return shrunk;
}
