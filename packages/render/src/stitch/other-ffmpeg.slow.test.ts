import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createFfmpegIo } from "#media/ffmpeg/ffmpeg-io.js";
import type { MediaIO } from "#media/media-io.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { planRender } from "#plan/index.js";
import { drawMark } from "./testing/decode-all.js";
import { renderWithoutFace } from "./testing/render-without-face.js";

const inFolder = useTempFolder();
const nodeAv = createNodeAvIo();

/** Times and digest of each packet, track by track, as node-av reads them. */
async function packetsOf(path: string): Promise<string[][]> {
  const input = await nodeAv.openInput(path);
  const tracks: string[][] = input.tracks.map(() => []);
  for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
    const { ptsTicks, dtsTicks, durationTicks, isKeyframe, isHidden, payload } = packet;
    const digest = createHash("sha1").update(payload).digest("hex");
    tracks[packet.trackIndex]?.push([ptsTicks, dtsTicks, durationTicks, isKeyframe, isHidden, digest].join(" "));
  }
  input.close();
  return tracks;
}

describe.skipIf(spawnSync("ffmpeg", ["-version"]).status !== 0)("a film rendered through the machine's FFmpeg", () => {
  const render = (io: MediaIO, path: string, outputPath: string, mode: "smart" | "reencode") =>
    renderWithoutFace(io, path, outputPath, [0.6, 0.8], drawMark, (index, range) =>
      planRender({ index, stitch: mode, swapRanges: [range] }),
    );

  it.each(["closed.mp4", "vfr-baseline.mp4", "pre-roll.mp4", "rotated.mp4", "matroska.mkv"] as const)(
    "keeps %s outside the region as node-av does, packet by packet",
    async (name) => {
      const path = await writeFixture(name, inFolder(name));
      const { report, outcome } = await render(createFfmpegIo(), path, inFolder(`own-${name}.mp4`), "smart");
      expect(report).toMatchObject({ presentationTimesEqual: true, decodeErrors: 0 });
      expect(report.keptPackets).toBeGreaterThan(0);
      expect(report.keptPacketsIdentical).toBe(report.keptPackets);
      expect(report.audioPacketsIdentical).toBe(report.audioPackets);
      const other = await render(nodeAv, path, inFolder(`other-${name}.mp4`), "smart");
      expect(outcome).toEqual(other.outcome);
      // Even the frames encoded anew are the same where both have the same x264, so only what was kept is compared.
      const [own = [], expected = []] = [
        await packetsOf(inFolder(`own-${name}.mp4`)),
        await packetsOf(inFolder(`other-${name}.mp4`)),
      ];
      const [region] = other.plan.regions;
      const kept = (packets: readonly string[]) =>
        packets.filter((_, number) => number < (region?.startPacket ?? 0) || number >= (region?.endPacket ?? 0));
      expect(kept(own[0] ?? [])).toEqual(kept(expected[0] ?? []));
      expect(own.slice(1)).toEqual(expected.slice(1));
    },
  );

  it.each(["hevc.mp4", "vp9-opus.webm", "ten-bit.mp4", "interlaced.mp4", "pcm.mov", "transport.ts"] as const)(
    "makes a playable film of %s with all its times",
    async (name) => {
      const path = await writeFixture(name, inFolder(name));
      const { report } = await render(createFfmpegIo(), path, inFolder(`own-${name}.mp4`), "reencode");
      expect(report).toMatchObject({ presentationTimesEqual: true, decodedFrames: 60, decodeErrors: 0 });
      expect(report.audioPacketsIdentical).toBe(report.audioPackets);
    },
  );
});
