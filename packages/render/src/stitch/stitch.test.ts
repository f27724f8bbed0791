import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAvcConfiguration, parseSequenceSet } from "#media/h264/parameter-sets.js";
import { copyClipAsVerified } from "#media/copy-clip.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { openRegionReader } from "#media/region-reader.js";
import { openRegionWriter } from "#media/region-writer.js";
import { writeFixture, type FixtureName } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { fingerprintAlgorithm, type FingerprintSample } from "#marks/index.js";
import type { PlanarFrame } from "#model/image.js";
import type { Region, StitchMode, SwapRange } from "#model/plan.js";
import { planRender } from "#plan/index.js";
import { picturePacketsOf } from "#testing/picture-packets.js";
import { stitch } from "./stitch.js";
import { decodeAll, drawGreyMark, drawMark } from "./testing/decode-all.js";
import { renderWithoutFace } from "./testing/render-without-face.js";
import { verifyOutput } from "./verify.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();

/** Renders a fixture with a mark in 0.6-0.8 s and decodes source and output. */
async function renderFixture(
  name: FixtureName,
  mode: StitchMode = "smart",
  range: [number, number] = [0.6, 0.8],
  more: readonly SwapRange[] = [],
  draw = drawMark,
) {
  const path = inFolder(name);
  if (!existsSync(path)) await writeFixture(name, path);
  const outputPath = inFolder(`${name}.${mode}.${range[0]}.${draw.name}.mp4`);
  const rendered = await renderWithoutFace(io, path, outputPath, range, draw, (index, one) =>
    planRender({ index, stitch: mode, swapRanges: [one, ...more] }),
  );
  const before = await decodeAll(io, path, true);
  const after = await decodeAll(io, outputPath);
  return { ...rendered, path, outputPath, before, after };
}

type Rendered = Awaited<ReturnType<typeof renderFixture>>;

let closed: Promise<Rendered> | undefined;

/** `closed.mp4` in smart mode, made once for whoever only looks at it. */
function renderClosed(): Promise<Rendered> {
  closed ??= renderFixture("closed.mp4");
  return closed;
}

/** True of every render, whatever the source: same frames, same times, marks exactly in the swap segments. */
function expectSameFilm({ plan, before, after, report, index }: Rendered): void {
  expect(after).toHaveLength(plan.frameCount);
  expect(after.map(({ barcode }) => barcode)).toEqual(before.map(({ barcode }) => barcode));
  for (const [frame, { seconds, mark }] of after.entries()) {
    expect(seconds).toBeCloseTo(index.presentationSeconds[frame] ?? -1, 6);
    const isSwapped = plan.segments.some(
      (one) => one.treatment === "swap" && frame >= one.startFrame && frame < one.endFrame,
    );
    expect({ frame, isMarked: mark > 210 }).toEqual({ frame, isMarked: isSwapped });
  }
  expect(report).toMatchObject({ presentationTimesEqual: true, decodeErrors: 0 });
  expect(report.decodedFrames + (report.undecodedFrames ?? 0)).toBe(plan.frameCount);
  expect(report.audioPacketsIdentical).toBe(report.audioPackets);
}

/** True of a smart cut: frames outside the regions decode to the very pixels of the source. */
function expectKeptUntouched({ plan, before, after, report }: Rendered): void {
  expect(plan.stitch).toEqual({ mode: "smart" });
  expect(report.keptPackets).toBeGreaterThan(0);
  expect(report.keptPacketsIdentical).toBe(report.keptPackets);
  const isCoded = (frame: number) =>
    plan.regions.some((region) => frame >= region.startFrame && frame < region.endFrame);
  const changed = after.flatMap(({ digest }, frame) => (digest === before[frame]?.digest ? [] : [frame]));
  expect(changed.filter((frame) => !isCoded(frame))).toEqual([]);
}

describe("smart cut", () => {
  it.each(["closed.mp4", "vfr-baseline.mp4", "rotated.mp4", "silent.mp4", "mute.mp4", "matroska.mkv"] as const)(
    "keeps %s outside the region, packet by packet and pixel by pixel",
    async (name) => {
      const rendered = await (name === "closed.mp4" ? renderClosed() : renderFixture(name));
      expectSameFilm(rendered);
      expectKeptUntouched(rendered);
      expect(rendered.plan.regions).toMatchObject([{ startPacket: 15, endPacket: 30 }]);
    },
  );

  it("carries both pairs of parameter sets and the higher level in one avc1 header", async () => {
    const { outputPath } = await renderClosed();
    const output = await io.openInput(outputPath);
    try {
      const configuration = parseAvcConfiguration(output.tracks[0]?.configuration ?? new Uint8Array());
      expect(configuration?.sequenceSets.map((set) => parseSequenceSet(set).id)).toEqual([0, 1]);
      expect(configuration?.pictureSets).toHaveLength(2);
      expect(configuration?.level).toBe(Math.max(...(configuration?.sequenceSets ?? []).map((set) => set[3] ?? 0)));
    } finally {
      output.close();
    }
    // Faststart: the index comes before the media.
    const bytes = readFileSync(outputPath).toString("latin1");
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  });

  it("shares one added pair of parameter sets between regions that differ in everything else", async () => {
    const rendered = await renderFixture("closed.mp4", "smart", [0.1, 0.2], [{ startSeconds: 1.2, endSeconds: 2.6 }]);
    expect(rendered.plan.regions.map((region) => region.endFrame - region.startFrame)).toEqual([15, 60]);
    expectSameFilm(rendered);
    const output = await io.openInput(rendered.outputPath);
    const configuration = parseAvcConfiguration(output.tracks[0]?.configuration ?? new Uint8Array());
    output.close();
    expect(configuration?.sequenceSets).toHaveLength(2);
    expect(configuration?.pictureSets).toHaveLength(2);
  });

  it("keeps hidden pre-roll that a kept part needs, and drops it inside a region", async () => {
    const kept = await renderFixture("pre-roll.mp4");
    expectSameFilm(kept);
    expectKeptUntouched(kept);
    const dropped = await renderFixture("pre-roll.mp4", "smart", [0, 0.2]);
    expectSameFilm(dropped);
    expectKeptUntouched(dropped);
    expect(dropped.plan.regions[0]).toMatchObject({ startFrame: 0 });
  });

  it("keeps rotation and sound where they were", async () => {
    const { outputPath, path } = await renderFixture("rotated.mp4");
    const [source, output] = [await io.openInput(path), await io.openInput(outputPath)];
    try {
      expect(output.tracks[0]?.picture?.rotation).toBe(90);
      expect(output.tracks.map((track) => track.durationSeconds)).toEqual(
        source.tracks.map((track) => track.durationSeconds),
      );
    } finally {
      source.close();
      output.close();
    }
  });

  it("turns PCM into AAC and says so", async () => {
    const rendered = await renderFixture("pcm.mov");
    expectSameFilm(rendered);
    expectKeptUntouched(rendered);
    expect(rendered.outcome.notes).toEqual([expect.stringMatching(/pcm_s16le.*AAC/)]);
    const output = await io.openInput(rendered.outputPath);
    expect(output.tracks[1]).toMatchObject({ codec: "aac", sound: { sampleRateHz: 48_000, channelCount: 2 } });
    expect(output.tracks[1]?.durationSeconds).toBeCloseTo(2, 1);
    output.close();
  });
});

describe("re-encoding the whole track", () => {
  it.each(["open-gop.mp4", "hevc.mp4", "vp9-opus.webm", "vp9-vorbis.webm", "ten-bit.mp4", "transport.ts"] as const)(
    "gives %s as H.264 with every frame at its time",
    async (name) => {
      const rendered = await renderFixture(name);
      expect(rendered.plan.stitch.mode).toBe("reencode");
      expectSameFilm(rendered);
    },
  );

  it.each(["odd-size.webm", "full-chroma.mp4"] as const)("cuts the odd column and row off %s", async (name) => {
    const rendered = await renderFixture(name);
    expectSameFilm(rendered);
    const output = await io.openInput(rendered.outputPath);
    expect(output.tracks[0]?.picture).toMatchObject({ widthPixels: 180, heightPixels: 106, pixelFormat: "yuv420p" });
    output.close();
  });

  it("deinterlaces", async () => {
    const rendered = await renderFixture("interlaced.mp4");
    expectSameFilm(rendered);
    const output = await io.openInput(rendered.outputPath);
    expect(output.tracks[0]?.picture?.isInterlaced).toBe(false);
    output.close();
  });

  it("can be asked for", async () => {
    const rendered = await renderFixture("closed.mp4", "reencode");
    expect(rendered.plan.regions).toMatchObject([{ startPacket: 0, endPacket: 90 }]);
    expectSameFilm(rendered);
  });
});

describe("a uniform film", () => {
  it.each([
    "closed.mp4",
    "vfr-baseline.mp4",
    "pre-roll.mp4",
    "open-gop.mp4",
    "hevc.mp4",
    "ten-bit.mp4",
    "interlaced.mp4",
    "odd-size.webm",
    "rotated.mp4",
    "transport.ts",
  ] as const)("gives %s with every frame at its time, also from the middle of a group of pictures", async (name) => {
    const rendered = await renderFixture(name, "uniform");
    expect(rendered.plan.regions.map(({ kind }) => kind)).toEqual(["kept", "changed", "kept"]);
    expectSameFilm(rendered);
    const { configuration } = await picturePacketsOf(io, rendered.outputPath);
    const { sequenceSets, pictureSets } = parseAvcConfiguration(configuration)!;
    expect([sequenceSets.length, pictureSets.length]).toEqual([1, 1]);
    expect(rendered.report.keptPacketsIdentical).toBe(rendered.report.keptPackets);
    expect(rendered.report.keptPackets).toBe(rendered.plan.frameCount - 6);
  });

  it("has the same packets for everybody but where a face is", async () => {
    const [one, other] = [
      await renderFixture("closed.mp4", "uniform"),
      await renderFixture("closed.mp4", "uniform", [0.6, 0.8], [], drawGreyMark),
    ];
    const [films, regions] = [
      [await picturePacketsOf(io, one.outputPath), await picturePacketsOf(io, other.outputPath)],
      one.plan.regions,
    ];
    expect(films[0]!.configuration).toEqual(films[1]!.configuration);
    const of = (film: number, { startFrame, endFrame }: Region) =>
      Buffer.concat(films[film]!.payloads.slice(startFrame, endFrame));
    for (const region of regions) {
      expect(of(0, region).equals(of(1, region))).toBe(region.kind === "kept");
    }
  });

  it("takes a template's clip for what it was when it was decoded, and compares each of its bytes", async () => {
    const { source, plan, index, clips, outputPath, report } = await renderFixture("closed.mp4", "uniform");
    expect(report).toMatchObject({ decodedFrames: 90 });
    const samples: FingerprintSample[] = [
      { seconds: index.presentationSeconds[0]!, hash: "8123456789abcdef" },
      { seconds: index.presentationSeconds[60]!, hash: "8fedcba987654321" },
    ];
    const vouched = await Promise.all(
      clips.map(async (clip, at) => {
        if (plan.regions[at]!.kind === "changed") return clip;
        const path = inFolder(`vouched-${at}.clip`);
        const { startFrame, endFrame } = plan.regions[at]!;
        const hashes = [0, 60].flatMap((frame, n): [number, string][] =>
          startFrame <= frame && frame < endFrame ? [[frame, samples[n]!.hash]] : [],
        );
        await copyClipAsVerified(clip.path, path, { fingerprint: fingerprintAlgorithm, hashes });
        return { ...clip, path };
      }),
    );
    const seen: number[] = [];
    const known: FingerprintSample[] = [];
    const marks = {
      wants: () => true,
      add: (_: PlanarFrame, seconds: number) => seen.push(Math.round(seconds * 30)),
      addHash: (sample: FingerprintSample) => known.push(sample),
    };
    const task = { io, source, plan, index, clips: vouched, outputPath };
    expect(await verifyOutput({ ...task, marks })).toMatchObject({
      keptPackets: 84,
      keptPacketsIdentical: 84,
      decodedFrames: 6,
      templateFrames: 84,
      decodeErrors: 0,
    });
    expect(seen).toEqual([18, 19, 20, 21, 22, 23]);
    expect(known).toEqual(samples);
    const bytes = readFileSync(outputPath);
    const at = bytes.indexOf("mdat") + 300;
    bytes.writeUInt8(bytes[at]! ^ 0x55, at);
    writeFileSync(inFolder("tampered-uniform.mp4"), bytes);
    await expect(verifyOutput({ ...task, outputPath: inFolder("tampered-uniform.mp4") })).rejects.toMatchObject({
      message: expect.stringContaining("of 84 kept picture packets differ"),
    });
  });

  it("refuses clips that were encoded with other settings", async () => {
    const { source, plan, clips } = await renderFixture("closed.mp4", "uniform");
    const task = { io, sourcePath: source.path, trackIndex: 0, region: plan.regions[1]!, stitch: plan.stitch };
    const video = { frameRate: 3, bitRate: 1000 };
    const reader = await openRegionReader(task);
    const writer = await openRegionWriter({ ...task, video, clipPath: inFolder("other.clip") });
    for await (const frame of reader) {
      await writer.write(frame);
      frame.release();
    }
    const other = await writer.finish();
    const mixed = [clips[0]!, other, clips[2]!];
    await expect(stitch({ io, source, plan, clips: mixed, outputPath: inFolder("mixed.mp4") })).rejects.toMatchObject({
      code: "internal-error",
      message: "The clips of this film were not encoded alike.",
    });
  });
});

describe("verification", () => {
  it("decodes what was swapped and what follows a join, and compares the rest", async () => {
    const { source, plan, index, clips, outputPath, report } = await renderClosed();
    expect(report).toMatchObject({ keptPackets: 75, decodedFrames: 45, undecodedFrames: 45 });
    const seen: number[] = [];
    const marks = { wants: () => true, add: (_: PlanarFrame, seconds: number) => seen.push(Math.round(seconds * 30)) };
    const viewed = await verifyOutput({ io, source, plan, index, clips, outputPath, marks });
    // The fingerprint looks at a frame a second: 60 begins a group.
    expect(viewed).toMatchObject({ decodedFrames: 46, undecodedFrames: 44, decodeErrors: 0 });
    expect(seen).toEqual([...Array(45).keys(), 60]);
  });

  it("finds one changed byte in a kept packet, in sound, and a missing clip", async () => {
    const { outputPath, source, plan, index, clips } = await renderClosed();
    const task = { io, source, plan, index, clips, outputPath: inFolder("tampered.mp4") };
    const bytes = readFileSync(outputPath);
    const media = bytes.indexOf("mdat");
    for (const share of [0.02, 0.98]) {
      const tampered = Buffer.from(bytes);
      const at = media + Math.floor((bytes.length - media) * share);
      tampered.writeUInt8((tampered[at] ?? 0) ^ 0x55, at);
      writeFileSync(task.outputPath, tampered);
      await expect(verifyOutput(task)).rejects.toMatchObject({ code: "verification-failed" });
    }
    await expect(verifyOutput({ ...task, clips: [] })).rejects.toMatchObject({ code: "internal-error" });
  });

  it("tells of frames that show a neighbour, and ends its progress with all packets done", async () => {
    const { source, plan, index, clips } = await renderClosed();
    const told: number[][] = [];
    const task = { io, source, plan, index, outputPath: inFolder("told.mp4") };
    const onProgress = (...numbers: number[]) => told.push(numbers);
    const notesFor = async (repeatedFrames: number) =>
      (await stitch({ ...task, clips: clips.map((clip) => ({ ...clip, repeatedFrames })), onProgress })).notes;
    expect(await notesFor(2)).toEqual(["2 frames of the source could not be decoded and show a neighbour."]);
    expect(await notesFor(1)).toEqual(["1 frame of the source could not be decoded and shows a neighbour."]);
    expect(told.at(-1)).toEqual([90 + 142, 90 + 142]);
    await verifyOutput({ ...task, clips, onProgress });
    expect(told.at(-1)).toEqual([2 * (90 + 142), 2 * (90 + 142)]);
  });

  it("refuses a source that was exchanged for another of the same frames", async () => {
    const { path, source, plan, index, clips, outputPath } = await renderClosed();
    const bytes = readFileSync(path);
    // The brand's version: neither pictures nor sound change.
    bytes.writeUInt32BE(513, bytes.indexOf("ftyp") + 8);
    const exchanged = { ...source, path: inFolder("exchanged.mp4") };
    writeFileSync(exchanged.path, bytes);
    await expect(verifyOutput({ io, source: exchanged, plan, index, clips, outputPath })).rejects.toMatchObject({
      code: "unreadable-media",
      message: "exchanged.mp4 changed while it was read.",
    });
  });

  it("stops when it is told to, and so does stitching", async () => {
    const { source, plan, index, clips } = await renderClosed();
    const task = { io, source, plan, index, clips, outputPath: inFolder("cancelled.mp4"), signal: AbortSignal.abort() };
    await expect(stitch(task)).rejects.toMatchObject({ name: "AbortError" });
    await expect(verifyOutput(task)).rejects.toMatchObject({ name: "AbortError" });
  });

  it("reports a full disk as such", async () => {
    const { source, plan, clips } = await renderClosed();
    await expect(stitch({ io, source, plan, clips, outputPath: "/dev/full" })).rejects.toMatchObject({
      code: "disk-full",
    });
  });
});
