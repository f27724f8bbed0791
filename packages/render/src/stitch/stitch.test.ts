import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAvcConfiguration, parseSequenceSet } from "#media/h264/parameter-sets.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { writeFixture, type FixtureName } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import type { SwapRange } from "#model/plan.js";
import { planRender } from "#plan/index.js";
import { stitch } from "./stitch.js";
import { decodeAll, drawMark } from "./testing/decode-all.js";
import { renderWithoutFace } from "./testing/render-without-face.js";
import { verifyOutput } from "./verify.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();

/** Renders a fixture with a mark in 0.6-0.8 s and decodes source and output. */
async function renderFixture(
  name: FixtureName,
  mode: "smart" | "reencode" = "smart",
  range: [number, number] = [0.6, 0.8],
  more: readonly SwapRange[] = [],
) {
  const path = inFolder(name);
  if (!existsSync(path)) await writeFixture(name, path);
  const outputPath = inFolder(`${name}.${mode}.${range[0]}.mp4`);
  const rendered = await renderWithoutFace(io, path, outputPath, range, drawMark, (index, one) =>
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
  expect(report).toMatchObject({ presentationTimesEqual: true, decodedFrames: plan.frameCount, decodeErrors: 0 });
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

describe("verification", () => {
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
