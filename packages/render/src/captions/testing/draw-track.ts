import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaptionTrack } from "#captions/caption-track.js";
import type { CaptionFont } from "#captions/font/caption-font.js";
import { writeAss } from "#captions/write-ass.js";
import { createNodeAvIo } from "#media/index.js";
import { burnFrames, type OnPicture } from "./burn-frames.js";
import { plainPicture } from "./look-at-pictures.js";

/** Draws a track over plain grey at these times, which rise. */
export async function drawTrack(
  track: CaptionTrack,
  font: CaptionFont,
  times: readonly number[],
  onPicture: OnPicture,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "captions-"));
  try {
    const assPath = join(folder, "captions.ass");
    await writeFile(assPath, writeAss(track, font));
    const background = plainPicture(track.widthPixels, track.heightPixels);
    await burnFrames(createNodeAvIo(), { assPath, fontsFolder: font.folder, background, times }, onPicture);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
