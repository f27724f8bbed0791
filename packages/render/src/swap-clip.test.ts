import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { referToConsent } from "#engines/remote/consent-reference.js";
import type { SwappedClip } from "#engines/remote/swapped-clip.js";
import { createFrameMarker, createMarkReader, watermarkIdOf, type FilmMarks } from "#marks/index.js";
import { createNodeAvIo, grabFrames, hashFile, probeSource } from "#media/index.js";
import { ticksToSeconds } from "#media/ticks.js";
import { toUnderstudyError } from "#model/errors.js";
import type { PlanarFrame, RgbImage } from "#model/image.js";
import { defaultLimits } from "#model/request.js";
import { createInProcessRun, type ProgressEvent } from "#model/run.js";
import { writeActorClip, writeActorPair } from "#testing/actor-clip.js";
import { requestFor } from "#testing/render-files.js";
import { swapClip, type SwapClipRequest } from "./swap-clip.js";

const io = createNodeAvIo();
const size = { widthPixels: 256, heightPixels: 192 };
let folder: string;
let asked: Omit<SwapClipRequest, "outputPath">;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-swap-clip-"));
  // A first GOP of four seconds, long enough to read a watermark from, and a short one; few frames to draw.
  const files = await writeActorPair(folder, { ...size, durationSeconds: 5, frameRate: 4, gopFrames: 16 });
  const { cast, engineId, allowMissingFace, limits } = await requestFor(files);
  const { consent: record } = cast[0];
  const consent = referToConsent(record, { sha256: record.photoSha256[0]!, now: new Date() });
  asked = { clipPath: files.sourcePath, facePath: files.facePath, consent, engineId, allowMissingFace, limits };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a swapped clip", () => {
  const events: ProgressEvent[] = [];
  const revocationAsked: { ids: readonly string[]; isVisible: boolean }[] = [];
  let outputPath: string;
  let clip: SwappedClip;
  beforeAll(async () => {
    outputPath = join(folder, "swapped.mp4");
    const swapRanges = [{ startSeconds: 0, endSeconds: 1 }];
    const run = createInProcessRun({ onProgress: (event) => events.push(event) });
    const assertNotRevoked = async (ids: readonly string[]): Promise<void> => {
      revocationAsked.push({ ids, isVisible: existsSync(outputPath) });
    };
    clip = await swapClip({ ...asked, swapRanges, outputPath }, run, { io, assertNotRevoked });
  });

  it("has the source's frames, at the source's times, in the source's size", async () => {
    const [before, after] = await Promise.all([probe(asked.clipPath), probe(outputPath)]);
    expect(after.index.presentationSeconds).toEqual(before.index.presentationSeconds);
    expect(after.index.presentationSeconds).toHaveLength(20);
    expect(after.source.video).toMatchObject({ widthPixels: 256, heightPixels: 192, frameCount: 20 });
  });

  it("shows another face inside the range, and outside it the same picture within what encoding costs", async () => {
    const frames = [0, 3, 4, 15, 16, 19];
    const before = await grabFrames(io, asked.clipPath, frames);
    const after = await grabFrames(io, outputPath, frames);
    const [first, last, next, coded, ...kept] = frames.map((_, at) => faceDifference(before[at]!, after[at]!));
    expect(Math.min(first!, last!)).toBeGreaterThan(10);
    expect(Math.max(next!, coded!)).toBeLessThan(4);
    expect(kept).toEqual([0, 0]);
  });

  it("carries no watermark where our detector would read one", async () => {
    const { widthPixels, heightPixels, rotation } = (await probe(outputPath)).source.video;
    const watermarkId = watermarkIdOf("render_0123456789abcdef");
    const settings = { widthPixels, heightPixels, rotation, watermarkId, labelRanges: [] };
    const marker = createFrameMarker(settings);
    expect((await marksOf(outputPath)).watermark).toEqual({ found: false, reason: "no-mark" });
    const marked = await marksOf(outputPath, (planes, number, seconds) => marker.mark(planes, number, seconds));
    expect(marked.watermark).toMatchObject({ found: true, id: watermarkId });
  });

  it("has the source's sound, packet by packet", async () => {
    const sound = await soundOf(asked.clipPath);
    expect(sound.length).toBeGreaterThan(200);
    expect(await soundOf(outputPath)).toEqual(sound);
  });

  it("says what was made, by what, and how good it is", async () => {
    const { sha256, byteLength } = await hashFile(outputPath, { maxBytes: 1e9 });
    expect(clip).toMatchObject({
      sha256,
      byteLength,
      frameCount: 20,
      framesSwapped: 4,
      framesWithoutFace: 0,
      frameRate: 4,
      widthPixels: 256,
      heightPixels: 192,
      notes: [],
      quality: { maxBackgroundChange: 0 },
    });
    expect(clip.engine.id).toMatch(/^mesh@/);
    expect(clip.engine.weights.length).toBeGreaterThan(0);
  });

  it("asks whether the consent still stands before anything is visible", () => {
    expect(revocationAsked).toEqual([{ ids: [asked.consent.id], isVisible: false }]);
  });

  it("tells its progress stage by stage", () => {
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual([
      "intake",
      "plan",
      "analyse",
      "swap",
      "stitch",
      "verify",
    ]);
    expect(events.at(-1)).toMatchObject({ done: events.at(-1)!.total });
  });
});

it("swaps the whole clip when no range is given, and somebody who is named", async () => {
  const clipPath = join(folder, "short.mp4");
  await writeActorClip(clipPath, { ...size, durationSeconds: 0.4, hasSound: false });
  const outputPath = join(folder, "whole.mp4");
  const person = { kind: "number", number: 1 } as const;
  const clip = await swapClip({ ...asked, clipPath, person, outputPath }, createInProcessRun({}), { io });
  expect(clip).toMatchObject({ frameCount: 6, framesSwapped: 6 });
});

describe("a clip that cannot be swapped leaves nothing behind", () => {
  let place: string;
  beforeAll(async () => {
    place = join(folder, "failures");
    await mkdir(place);
  });

  const refusal = async (
    code: string,
    input: Partial<SwapClipRequest>,
    run = createInProcessRun({}),
  ): Promise<void> => {
    const failed = swapClip({ ...asked, outputPath: join(place, "out.mp4"), ...input }, run, { io, workFolder: place });
    await expect(failed.catch((thrown: unknown) => Promise.reject(toUnderstudyError(thrown)))).rejects.toMatchObject({
      code,
    });
    expect(await readdir(place)).toEqual([]);
  };

  it("a person who is not there, or a photo of them that is missing", async () => {
    await refusal("person-not-found", { person: { kind: "number", number: 3 } });
    await refusal("file-missing", { person: { kind: "photo", path: join(place, "none.jpg") } });
  });

  it("a photo of other bytes than the consent was given for", async () => {
    await refusal("consent-mismatch", { facePath: asked.clipPath });
  });

  it("a clip of other bytes than announced", async () => {
    await refusal("unreadable-media", { clipSha256: "0".repeat(64) });
  });

  it("a clip that is longer than the limits", async () => {
    await refusal("input-too-long", { limits: { ...defaultLimits, maxDurationSeconds: 1 } });
  });

  it("a range outside the clip", async () => {
    await refusal("swap-outside-video", { swapRanges: [{ startSeconds: 100, endSeconds: 110 }] });
  });

  it("a cancel", async () => {
    const controller = new AbortController();
    const run = createInProcessRun({ signal: controller.signal, onProgress: () => controller.abort() });
    await refusal("cancelled", {}, run);
  });
});

function probe(path: string): ReturnType<typeof probeSource> {
  return probeSource(io, path, defaultLimits);
}

/** Mean difference of two pictures where the presenter's face is, 0-255. */
function faceDifference(left: RgbImage, right: RgbImage): number {
  const { widthPixels: width, heightPixels: height } = left;
  let sum = 0;
  let count = 0;
  for (let y = Math.round(0.3 * height); y < 0.6 * height; y++) {
    for (
      let at = 3 * (y * width + Math.round(0.4 * width));
      at < 3 * (y * width + Math.round(0.6 * width));
      at++, count++
    ) {
      sum += Math.abs(left.rgb[at]! - right.rgb[at]!);
    }
  }
  return sum / count;
}

/**
 * Reads the marks of the first GOP, which was coded again. @param change is given each frame before it is looked at.
 */
async function marksOf(
  path: string,
  change: (planes: PlanarFrame, number: number, seconds: number) => void = () => {},
): Promise<FilmMarks> {
  const reader = createMarkReader({ rotation: 0, markedSpans: [{ startSeconds: 0, endSeconds: 4 }] });
  const input = await io.openInput(path);
  const track = input.tracks.find(({ kind }) => kind === "video")!;
  input.select([track.index]);
  const decoder = input.openDecoder(track.index);
  try {
    let number = 0;
    const look = async (): Promise<void> => {
      for (let decoded = await decoder.receive(); decoded !== undefined; decoded = await decoder.receive()) {
        const seconds = ticksToSeconds(decoded.ptsTicks, track.timeBase);
        const planes = decoded.makeWritable();
        change(planes, number++, seconds);
        reader.add(planes, seconds);
        decoded.release();
      }
    };
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      await decoder.send(packet);
      await look();
    }
    await decoder.send(undefined);
    await look();
    return reader.finish();
  } finally {
    decoder.close();
    input.close();
  }
}

async function soundOf(path: string): Promise<string[]> {
  const input = await io.openInput(path);
  try {
    const track = input.tracks.find(({ kind }) => kind === "audio")!;
    input.select([track.index]);
    const packets: string[] = [];
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      packets.push(`${packet.ptsTicks} ${Buffer.from(packet.payload).toString("hex")}`);
    }
    return packets;
  } finally {
    input.close();
  }
}
