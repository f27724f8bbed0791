import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createFfmpegIo } from "./ffmpeg/ffmpeg-io.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { expectExactStarts } from "./testing/expect-exact-starts.js";
import { useTempFolder } from "./testing/temp-folder.js";

/** Encoders of the machine's ffmpeg; empty without it. */
const encoders = spawnSync("ffmpeg", ["-hide_banner", "-encoders"]).stdout?.toString() ?? "";

/** Three seconds of noise over a moving picture, so that every wrong reference shows. */
const scene = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=3", "-vf", "noise=alls=8:allf=t"];

/** What encoders of any version make of their orders: the film's beginning, other starts, its end; `+` tells of leading frames. */
const [open, closed, none] = [/^0 .*\+.* 90$/, /^0 [\d ]+ 90$/, /^0 90$/];

const films = [
  {
    file: "pyramid.mkv",
    encoder: "libx264",
    options: ["-preset", "slow", "-x264-params", "open-gop=1:keyint=31:scenecut=0:b-adapt=0:bframes=6:ref=6:weightp=2"],
    starts: open,
  },
  {
    file: "four-two-two.mov",
    encoder: "libx264",
    options: ["-pix_fmt", "yuv422p10le", "-x264-params", "open-gop=1:keyint=31:scenecut=0:b-adapt=0:bframes=3"],
    starts: open,
  },
  {
    file: "intra-refresh.mp4",
    encoder: "libx264",
    options: ["-x264-params", "intra-refresh=1:keyint=31"],
    starts: none,
  },
  {
    file: "random-access.mkv",
    encoder: "libx265",
    options: ["-preset", "medium", "-x265-params", "log-level=none:keyint=30:open-gop=1:bframes=6:b-adapt=0:ref=5"],
    starts: open,
  },
  {
    file: "decodable-leading.mp4",
    encoder: "libx265",
    options: ["-preset", "fast", "-x265-params", "log-level=none:keyint=30:open-gop=0:radl=2"],
    starts: closed,
  },
  {
    file: "repeated-headers.ts",
    encoder: "libx265",
    options: ["-preset", "fast", "-x265-params", "log-level=none:keyint=30:open-gop=1:repeat-headers=1:b-adapt=0"],
    starts: open,
  },
  { file: "mpeg2.ts", encoder: "mpeg2video", options: ["-bf", "2", "-g", "15", "-q:v", "4"], starts: open },
] as const;

describe.each([
  ["node-av", createNodeAvIo],
  ["ffmpeg", createFfmpegIo],
] as const)("decoding from a start through %s", (_, create) => {
  const inFolder = useTempFolder();

  for (const { file, encoder, options, starts } of films) {
    it.skipIf(!encoders.includes(encoder))(`gives the pictures that decoding all of ${file} gives`, async () => {
      const path = inFolder(file);
      execFileSync("ffmpeg", ["-v", "error", "-y", ...scene, "-c:v", encoder, ...options, path]);
      expect(await expectExactStarts(create(), path)).toMatch(starts);
    });
  }
});
