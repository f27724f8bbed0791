import { chmodSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createMediaIo } from "./create-media-io.js";
import { createFfmpegIo } from "./ffmpeg/ffmpeg-io.js";
import { useTempFolder } from "./testing/temp-folder.js";

// A house without node-av's binaries.
vi.mock("node-av/lib", () => {
  throw new Error("no binary for this machine");
});

const inFolder = useTempFolder();
const settings = {
  widthPixels: 64,
  heightPixels: 64,
  frameRate: { numerator: 25, denominator: 1 },
  crf: 20,
  gopFrames: 10,
  bFrames: 0,
};

/** A program that prints what FFmpeg prints of itself. */
function putFfmpeg(...lines: readonly string[]): string {
  const path = inFolder("ffmpeg");
  writeFileSync(path, `#!/bin/sh\n${lines.map((line) => `echo '${line}'`).join("\n")}\n`);
  chmodSync(path, 0o755);
  return path;
}

afterEach(() => vi.unstubAllEnvs());

describe("createMediaIo without node-av", () => {
  it("says what to do when node-av was asked for", async () => {
    const failure = createMediaIo("node-av").openPictureEncoder(settings);
    await expect(failure).rejects.toMatchObject({
      message: "node-av could not be loaded.",
      hint: /npm install node-av/,
    });
  });

  it("takes the machine's FFmpeg by itself, and says what to install when there is none", async () => {
    const io = createMediaIo("auto");
    expect(io.name).toBe("auto");
    vi.stubEnv("PATH", inFolder("nothing"));
    const hint = expect.stringContaining("Install FFmpeg 5.1 or newer") as string;
    await expect(io.openInput("film.mp4")).rejects.toMatchObject({ code: "runtime-missing", hint });
    expect(io.name).toBe("ffmpeg");
  });
});

describe("createFfmpegIo", () => {
  it.each([
    [["ffmpeg version 4.4.2-0ubuntu Copyright", "configuration: --enable-libx264"], "FFmpeg 4.4.2-0ubuntu is too old."],
    [["ffmpeg version 6.1 Copyright", "configuration: --disable-gpl"], "FFmpeg 6.1 was built without libx264."],
    [["something else"], /is not FFmpeg/],
  ])("refuses %j", async (lines, message) => {
    const io = createFfmpegIo({ ffmpegPath: putFfmpeg(...lines) });
    await expect(io.openInput("film.mp4")).rejects.toMatchObject({ code: "runtime-missing", message });
  });

  it.each(["ffmpeg version n8.0 Copyright", "ffmpeg version N-119876-g1234 Copyright"])("takes %s", async (line) => {
    const ffmpegPath = putFfmpeg(line, "configuration: --enable-gpl --enable-libx264");
    const io = createFfmpegIo({ ffmpegPath, ffprobePath: inFolder("no-ffprobe") });
    const failure = io.openInput(inFolder("film.mp4"));
    await expect(failure).rejects.toMatchObject({ message: /no-ffprobe could not be started/ });
    expect(io.name).toMatch(/^ffmpeg (8\.0|N)/);
  });

  it("says what to do about an FFmpeg that draws no captions", async () => {
    const lines = ["ffmpeg version 8.0 Copyright", "configuration: --enable-libx264", "Unknown filter ass."];
    const io = createFfmpegIo({ ffmpegPath: putFfmpeg(...lines) });
    const shape = { widthPixels: 64, heightPixels: 64, isFullRange: false, matrix: "bt709" } as const;
    const painter = io.openCaptionPainter({ ...shape, rotation: 0, assPath: "a.ass", fontsFolder: "fonts" });
    const message = "Captions cannot be drawn: this FFmpeg was built without libass.";
    await expect(painter).rejects.toMatchObject({ code: "runtime-missing", message });
  });
});
