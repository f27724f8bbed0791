import { execFileSync, spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { createNodeAvIo } from "#media/index.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { planRender } from "#plan/index.js";
import { renderWithoutFace } from "#stitch/testing/render-without-face.js";
import { writeActorClip } from "#testing/actor-clip.js";
import { readMarks } from "./read-marks.js";
import { watermarkIdOf } from "./watermark-code.js";
import { createWatermarkPainter } from "./watermark-painter.js";

/** A second FFmpeg, which a machine may lack, plays whoever passes the film on. */
const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
const io = createNodeAvIo();
const inFolder = useTempFolder();
const [widthPixels, heightPixels, frameRate] = [854, 480, 24];
const watermarkId = watermarkIdOf("render-7");
const { signal } = new AbortController();
const x264 = (crf: number) => ["-c:v", "libx264", "-preset", "veryfast", "-crf", String(crf)];

describe.skipIf(!hasFfmpeg)("a mark in five of nine seconds of a film of actors", () => {
  const source = inFolder("source.mp4");
  const film = inFolder("film.mp4");

  beforeAll(async () => {
    await writeActorClip(source, { widthPixels, heightPixels, frameRate, durationSeconds: 9, gopFrames: frameRate });
    const painter = createWatermarkPainter({ widthPixels, heightPixels, rotation: 0, watermarkId });
    await renderWithoutFace(
      io,
      source,
      film,
      [2, 7],
      (planes, frameNumber) => painter.paint(planes, frameNumber / frameRate),
      (index, range) => planRender({ index, stitch: "smart", swapRanges: [range] }),
    );
  });

  it.each([
    [
      "another container without metadata",
      ["-c", "copy", "-map_metadata", "-1", "-bsf:v", "filter_units=remove_types=6"],
    ],
    ["CRF 28", x264(28)],
    ["640x360", ["-vf", "scale=640:360", ...x264(28)]],
    [
      "another light, its first 1.3 seconds gone",
      ["-ss", "1.3", "-vf", "eq=brightness=0.05:contrast=1.1", ...x264(26)],
    ],
    ["20 frames per second", ["-r", "20", ...x264(26)]],
    ["its negative", ["-vf", "negate", ...x264(26)]],
  ])("is read after %s", async (what, options) => {
    const copy = inFolder(`${what.replaceAll(/\W+/g, "-")}.mkv`);
    execFileSync("ffmpeg", ["-v", "error", "-y", "-i", film, "-an", ...options, copy]);
    expect((await readMarks(io, copy, { signal })).watermark).toMatchObject({ found: true, id: watermarkId });
  });

  it("is not claimed for the source, and not for a crop", async () => {
    const copy = inFolder("cropped.mkv");
    execFileSync("ffmpeg", ["-v", "error", "-y", "-i", film, "-an", "-vf", "crop=iw*0.9:ih*0.9", ...x264(23), copy]);
    for (const path of [source, copy]) {
      expect((await readMarks(io, path, { signal })).watermark).toEqual({ found: false, reason: "no-mark" });
    }
  });
});
