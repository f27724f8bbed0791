import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderTo, requestFor } from "#testing/render-files.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";

const ffmpegPath = "/usr/bin/ffmpeg";

const videos = [
  "talking-30s.mp4",
  "talk-woman-6s.mp4",
  "portrait-woman-720p.mp4",
  "selfie-man-9x16.mp4",
  "outdoor-woman-9x16.mp4",
  "two-faces.mp4",
];
const photos = ["photo-woman-studio.jpg", "photo-man-greenscreen.jpg"];

describe.skipIf(!hasSharedMedia)("real footage", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-footage-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const files = (video: string, photo: string) => ({
    sourcePath: join(sharedMedia, video),
    facePath: join(sharedMedia, photo),
  });

  describe.each(videos)("%s", (video) => {
    it.each(photos)("takes the face of %s", async (photo) => {
      const outputPath = join(folder, `${video}-${photo}.mp4`);
      const manifest = await renderTo(outputPath, await requestFor(files(video, photo)));
      const { verification, quality, frames } = manifest;
      expect(verification.keptPacketsIdentical).toBe(verification.keptPackets);
      expect(verification.audioPacketsIdentical).toBe(verification.audioPackets);
      expect(verification).toMatchObject({ presentationTimesEqual: true, decodeErrors: 0 });
      expect(verification.decodedFrames + (verification.undecodedFrames ?? 0)).toBe(frames.total);
      expect(frames.withoutFace).toBe(0);
      expect(quality.maxBackgroundChange).toBe(0);
      expect(quality.identityMargin).toBeGreaterThan(0);
      expect(quality.flickerRatio).toBeLessThanOrEqual(1);
      expect(await complaintsOfFfmpeg(outputPath)).toBe("");
    });
  });

  it.each([
    ["face-leaves.mp4", "photo-woman-studio.jpg", "face-missing"],
    ["no-face.mp4", "photo-woman-studio.jpg", "no-face-in-video"],
    ["talk-woman-6s.mp4", "photo-many-faces.jpg", "many-faces-in-photo"],
    ["talk-woman-6s.mp4", "photo-no-face.jpg", "no-face-in-photo"],
  ])("refuses %s with %s as %s", async (video, photo, code) => {
    const refused = renderTo(join(folder, "refused.mp4"), await requestFor(files(video, photo)));
    await expect(refused).rejects.toMatchObject({ code });
    expect((await readdir(folder)).filter((name) => name.startsWith("refused"))).toEqual([]);
  });
});

/** What FFmpeg says of a whole decode; nothing where there is no FFmpeg. */
async function complaintsOfFfmpeg(path: string): Promise<string> {
  if (!existsSync(ffmpegPath)) return "";
  return (await promisify(execFile)(ffmpegPath, ["-v", "error", "-i", path, "-f", "null", "-"])).stderr;
}
