import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from "mediabunny";
import { describe, expect, it } from "vitest";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import type { FrameIndex } from "#model/media.js";
import type { SwapRange } from "#model/plan.js";
import { planRender } from "#plan/index.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";
import { drawMark } from "./testing/decode-all.js";
import { renderWithoutFace } from "./testing/render-without-face.js";

/** The command line tools of another FFmpeg: a second opinion that a machine may lack. */
const hasTools = spawnSync("ffmpeg", ["-version"]).status === 0 && spawnSync("ffprobe", ["-version"]).status === 0;
const io = createNodeAvIo();
const inFolder = useTempFolder();
const planSmart = (index: FrameIndex, range: SwapRange) => planRender({ index, stitch: "smart", swapRanges: [range] });

/** Digest of each decoded frame, by another FFmpeg; hidden frames are left out by it, too. */
function frameDigests(path: string): string[] {
  const args = ["-v", "error", "-threads", "2", "-i", path, "-map", "0:v:0", "-vsync", "0", "-f", "framemd5", "-"];
  const text = execFileSync("ffmpeg", args, { encoding: "utf8", maxBuffer: 1 << 26 });
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

const complaints = (path: string) =>
  spawnSync("ffmpeg", ["-v", "warning", "-xerror", "-i", path, "-f", "null", "-"], { encoding: "utf8" }).stderr;

describe.skipIf(!hasSharedMedia)("real footage", () => {
  it.each([
    ["talking-30s.mp4", [15, 20]],
    ["talk-woman-6s.mp4", [0, 1]],
    ["outdoor-woman-9x16.mp4", [2, 3]],
    ["portrait-woman-720p.mp4", [3, 4]],
    ["no-face.mp4", [1, 2]],
  ] as const)("%s keeps its untouched frames for another decoder, too", async (name, range) => {
    const path = join(sharedMedia, name);
    const outputPath = inFolder(name);
    const { plan, report, source } = await renderWithoutFace(io, path, outputPath, range, drawMark, planSmart);
    expect(report).toMatchObject({ decodeErrors: 0, presentationTimesEqual: true });
    expect(report.decodedFrames + (report.undecodedFrames ?? 0)).toBe(source.video.frameCount);
    if (!hasTools) return;
    expect(complaints(outputPath)).toBe("");
    const [before, after] = [frameDigests(path), frameDigests(outputPath)];
    expect(after).toHaveLength(before.length);
    const isCoded = (frame: number) =>
      plan.regions.some((region) => frame >= region.startFrame && frame < region.endFrame);
    const changed = after.flatMap((digest, frame) => (digest === before[frame] ? [] : [frame]));
    expect(changed.every(isCoded)).toBe(true);
  });
});

describe("other readers", () => {
  it.each(["closed.mp4", "pre-roll.mp4", "vfr-baseline.mp4", "rotated.mp4", "vp9-opus.webm", "transport.ts"] as const)(
    "mediabunny finds the tracks of %s whole and in time",
    async (name) => {
      const path = await writeFixture(name, inFolder(name));
      const outputPath = inFolder(`${name}.out.mp4`);
      const { index, source } = await renderWithoutFace(io, path, outputPath, [0.6, 0.8], drawMark, planSmart);
      const input = new Input({ source: new FilePathSource(outputPath), formats: ALL_FORMATS });
      const track = await input.getPrimaryVideoTrack();
      if (track === null) throw new Error("mediabunny found no picture");
      expect(track.codec).toBe("avc");
      expect(track.rotation).toBe(source.video.rotation);
      const seconds: number[] = [];
      for await (const packet of new EncodedPacketSink(track).packets()) seconds.push(packet.timestamp);
      const shown = seconds.filter((time) => time >= -1e-6).sort((a, b) => a - b);
      expect(shown).toHaveLength(index.presentationSeconds.length);
      for (const [frame, time] of shown.entries()) expect(time).toBeCloseTo(index.presentationSeconds[frame] ?? -1, 4);
      const sound = await input.getPrimaryAudioTrack();
      expect(sound === null ? 0 : 1).toBe(source.audio.length);
    },
  );

  it.skipIf(!hasTools)("FFmpeg 5.1 has nothing to say against any kind of output", async () => {
    for (const name of [
      "closed.mp4",
      "pre-roll.mp4",
      "hevc.mp4",
      "vp9-vorbis.webm",
      "odd-size.webm",
      "interlaced.mp4",
      "pcm.mov",
    ] as const) {
      const path = await writeFixture(name, inFolder(name));
      const outputPath = inFolder(`${name}.checked.mp4`);
      await renderWithoutFace(io, path, outputPath, [0.6, 0.8], drawMark, planSmart);
      expect({ name, complaints: complaints(outputPath) }).toEqual({ name, complaints: "" });
    }
  });
});
