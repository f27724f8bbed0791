import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { probeSource } from "./probe.js";
import { writeFixture, type FixtureName } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";

const io = createNodeAvIo();
const limits = { maxInputBytes: 100_000_000, maxPixels: 2_000_000, maxDurationSeconds: 60 };
const inFolder = useTempFolder();
const made = new Map<FixtureName, Promise<string>>();
const fixture = (name: FixtureName): Promise<string> => {
  const known = made.get(name) ?? writeFixture(name, inFolder(name));
  made.set(name, known);
  return known;
};
const probe = async (name: FixtureName) => probeSource(io, await fixture(name), limits);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { code?: string }) => error.code,
  );

describe("probeSource", () => {
  it("tells a closed-GOP file's facts, hash and cuts", async () => {
    const { source, index } = await probe("closed.mp4");
    expect(source.video).toMatchObject({
      codec: "h264",
      widthPixels: 192,
      heightPixels: 108,
      rotation: 0,
      frameCount: 90,
      bitDepth: 8,
      isVariableFrameRate: false,
      isInterlaced: false,
      timeBase: { numerator: 1, denominator: 15_360 },
    });
    expect(source.video.frameRate).toBeCloseTo(30, 6);
    expect(source.audio).toEqual([{ index: 1, codec: "aac", sampleRateHz: 48_000, channelCount: 2, packetCount: 142 }]);
    expect(source.sha256).toBe(createHash("sha256").update(readFileSync(source.path)).digest("hex"));
    expect(index.smartCutBlocker).toBeUndefined();
    expect(index.cutPoints).toEqual([0, 15, 30, 45, 60, 75, 90].map((at) => ({ packet: at, frame: at })));
    expect(index.presentationSeconds[0]).toBe(0);
    expect(index.presentationSeconds[1]).toBeCloseTo(1 / 30, 9);
    expect(index.endSeconds).toBeCloseTo(3, 9);
  });

  it("does not count frames that an edit list hides", async () => {
    const { source, index } = await probe("pre-roll.mp4");
    expect(source.video.frameCount).toBe(70);
    expect(index.presentationSeconds[0]).toBe(0);
    // The demuxer skips the first group, which nothing visible refers to; 5 hidden frames of the second one remain.
    expect(index.cutPoints.slice(0, 3)).toEqual([
      { packet: 0, frame: 0 },
      { packet: 15, frame: 10 },
      { packet: 30, frame: 25 },
    ]);
  });

  it("sees variable frame rate, rotation, and a missing sound track", async () => {
    expect((await probe("vfr-baseline.mp4")).source.video.isVariableFrameRate).toBe(true);
    expect((await probe("rotated.mp4")).source.video.rotation).toBe(90);
    expect((await probe("mute.mp4")).source.audio).toEqual([]);
  });

  it.each([
    ["open-gop.mp4", /only one|no second IDR/],
    ["hevc.mp4", /codec is hevc/],
    ["vp9-opus.webm", /codec is vp9/],
    ["ten-bit.mp4", /10-bit/],
    ["full-chroma.mp4", /not 4:2:0/],
    ["interlaced.mp4", /fields/],
    ["transport.ts", /avc1/],
  ] as const)("says why smart cut cannot hold for %s", async (name, reason) => {
    const { index, source } = await probe(name);
    expect(index.smartCutBlocker).toMatch(reason);
    expect(index.cutPoints).toEqual([
      { packet: 0, frame: 0 },
      { packet: 60, frame: source.video.frameCount },
    ]);
  });

  it("cuts Matroska, whose first packets carry no decode times", async () => {
    const { index } = await probe("matroska.mkv");
    expect(index.smartCutBlocker).toBeUndefined();
    expect(index.cutPoints).toHaveLength(5);
  });

  it("refuses what is not a video, calmly", async () => {
    const put = (name: string, content: string | Uint8Array) => {
      writeFileSync(inFolder(name), content);
      return probeSource(io, inFolder(name), limits);
    };
    mkdirSync(inFolder("folder.mp4"));
    expect(await codeOf(put("empty.mp4", ""))).toBe("unreadable-media");
    expect(await codeOf(put("text.mp4", "hello\n"))).toBe("unreadable-media");
    expect(await codeOf(probeSource(io, inFolder("folder.mp4"), limits))).toBe("unreadable-media");
    expect(await codeOf(probeSource(io, inFolder("nothing.mp4"), limits))).toBe("file-missing");
    expect(await codeOf(probe("sound-only.m4a"))).toBe("no-video-track");
  });

  it("follows no playlist, protocol or reference", async () => {
    const target = await fixture("closed.mp4");
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:${target}\n#EXT-X-ENDLIST\n`;
    writeFileSync(inFolder("hls.mp4"), playlist);
    writeFileSync(inFolder("concat.mp4"), `ffconcat version 1.0\nfile ${target}\n`);
    for (const name of ["hls.mp4", "concat.mp4"]) {
      expect(await codeOf(probeSource(io, inFolder(name), limits))).toBe("unreadable-media");
    }
    for (const name of [
      `concat:${target}`,
      `file:${target}`,
      `subfile,,start,0,end,9,,:${target}`,
      "http://127.0.0.1:9/a.mp4",
    ]) {
      expect(await codeOf(probeSource(io, name, limits))).toBe("file-missing");
      // The reader below, too, takes such a name for a plain file name.
      expect(await codeOf(io.openInput(name))).toBe("unreadable-media");
    }
  });

  it("says how much of a file that was cut off could be read", async () => {
    const whole = readFileSync(await fixture("matroska.mkv"));
    writeFileSync(inFolder("cut.mkv"), whole.subarray(0, whole.length * 0.6));
    await expect(probeSource(io, inFolder("cut.mkv"), limits)).rejects.toMatchObject({
      code: "unreadable-media",
      message: expect.stringMatching(/cut off: only \d\.\d of 2\.0 seconds/),
    });
    const noIndex = readFileSync(await fixture("closed.mp4"));
    writeFileSync(inFolder("cut.mp4"), noIndex.subarray(0, noIndex.length / 2));
    expect(await codeOf(probeSource(io, inFolder("cut.mp4"), limits))).toBe("unreadable-media");
  });

  it("keeps the limits", async () => {
    const path = await fixture("closed.mp4");
    const at = (change: Partial<typeof limits>) => codeOf(probeSource(io, path, { ...limits, ...change }));
    expect(await at({ maxInputBytes: 1000 })).toBe("input-too-large");
    await expect(probeSource(io, path, { ...limits, maxInputBytes: 1000 })).rejects.toThrow(
      /^The video has \d+\.\d kB, the limit is 1\.0 kB\.$/,
    );
    expect(await at({ maxPixels: 192 * 108 - 1 })).toBe("too-many-pixels");
    expect(await at({ maxPixels: 192 * 108 })).toBe("none");
    expect(await at({ maxDurationSeconds: 2.9 })).toBe("input-too-long");
  });

  it("stops when it is told to", async () => {
    const path = await fixture("closed.mp4");
    await expect(probeSource(io, path, limits, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  });
});
