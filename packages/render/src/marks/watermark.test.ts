import { describe, expect, it, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { codeWordOf, idOfCodeWord, watermarkIdOf } from "./watermark-code.js";
import { createWatermarkDetector } from "./watermark-detector.js";
import { createWatermarkPainter } from "./watermark-painter.js";
import { createWatermarkSampler } from "./watermark-sampler.js";

const [widthPixels, heightPixels, frameRate] = [320, 180, 20];
const watermarkId = watermarkIdOf("render-1");

/** Repeatable noise of -1 to 1. */
function noiseFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

function grey(width: number, height: number, luma = 120): PlanarFrame {
  const chroma = (width * height) / 4;
  return {
    widthPixels: width,
    heightPixels: height,
    y: new Uint8Array(width * height).fill(luma),
    u: new Uint8Array(chroma).fill(128),
    v: new Uint8Array(chroma).fill(128),
    lumaStride: width,
    chromaStride: width / 2,
    isFullRange: false,
    matrix: "bt601",
  };
}

/** A shaded wall with grain, and a bright blob that wanders about. */
function scene(number: number): PlanarFrame {
  const frame = grey(widthPixels, heightPixels);
  const noise = noiseFrom(number + 1);
  const centerX = 160 + 60 * Math.sin(number / 9);
  const centerY = 90 + 30 * Math.cos(number / 7);
  for (let y = 0, at = 0; y < heightPixels; y++) {
    for (let x = 0; x < widthPixels; x++, at++) {
      const isBlob = (x - centerX) ** 2 + (y - centerY) ** 2 < 1600;
      frame.y[at] = (isBlob ? 190 : 80 + x / 5) + 4 * noise();
    }
  }
  return frame;
}

/** The scene with the mark in some of its seconds. */
function film(seconds: number, spans: readonly (readonly [number, number])[], id = watermarkId): PlanarFrame[] {
  const painter = createWatermarkPainter({ widthPixels, heightPixels, rotation: 0, watermarkId: id });
  return Array.from({ length: seconds * frameRate }, (_, number) => {
    const frame = scene(number);
    const at = number / frameRate;
    if (spans.some(([start, end]) => at >= start && at < end)) painter.paint(frame, at);
    return frame;
  });
}

function read(frames: readonly PlanarFrame[], rotation: Rotation = 0, startSeconds = 0) {
  const detector = createWatermarkDetector({ rotation });
  for (const [number, frame] of frames.entries()) detector.add(frame, startSeconds + number / frameRate);
  return detector.finish();
}

function mapLuma(width: number, height: number, lumaAt: (x: number, y: number) => number) {
  const mapped = grey(width, height);
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++) mapped.y[at++] = lumaAt(x, y);
  return mapped;
}

const halved = (frame: PlanarFrame) =>
  mapLuma(widthPixels / 2, heightPixels / 2, (x, y) => {
    const at = 2 * (y * widthPixels + x);
    const { y: luma } = frame;
    return (luma[at]! + luma[at + 1]! + luma[at + widthPixels]! + luma[at + widthPixels + 1]!) / 4;
  });

const marked = film(8, [[2, 6]]);

describe("a mark in four of eight seconds", () => {
  it("is read, with the seconds that carry it", () => {
    const reading = read(marked);
    expect(reading).toMatchObject({ found: true, id: watermarkId });
    const [span, ...others] = reading.found ? reading.spans : [];
    expect(others).toEqual([]);
    expect(Math.abs(span!.startSeconds - 2)).toBeLessThan(0.8);
    expect(Math.abs(span!.endSeconds - 6)).toBeLessThan(0.8);
  });

  it.each([
    ["in the negative", (frame: PlanarFrame) => ({ ...frame, y: frame.y.map((luma) => 255 - luma) })],
    ["at half the size", halved],
    ["brighter and flatter", (frame: PlanarFrame) => ({ ...frame, y: frame.y.map((luma) => 40 + luma * 0.8) })],
  ])("is read %s", (_, change) => {
    expect(read(marked.map(change))).toMatchObject({ found: true, id: watermarkId });
  });

  it("is read when the film was cut and its clock starts elsewhere", () => {
    expect(read(marked.slice(33), 0, 7.77)).toMatchObject({ found: true, id: watermarkId });
  });

  it("is read at half the frame rate and when frames come at uneven times", () => {
    const detector = createWatermarkDetector({ rotation: 0 });
    for (const [number, frame] of marked.entries()) {
      if (number % 2 === 0 || number % 5 === 0) detector.add(frame, number / frameRate);
    }
    expect(detector.finish()).toMatchObject({ found: true, id: watermarkId });
  });
});

/** The upright picture as a camera stores it whose player turns it clockwise. */
function stored(upright: PlanarFrame, rotation: Rotation): PlanarFrame {
  const { widthPixels: width, heightPixels: height, y: luma } = upright;
  const at = (x: number, y: number) => luma[y * width + x]!;
  if (rotation === 90) return mapLuma(height, width, (x, y) => at(width - 1 - y, x));
  if (rotation === 180) return mapLuma(width, height, (x, y) => at(width - 1 - x, height - 1 - y));
  return mapLuma(height, width, (x, y) => at(y, height - 1 - x));
}

describe.each([90, 180, 270] as const)("a picture that a player turns by %i degrees", (rotation) => {
  it("gets the mark of the upright picture, and its copies carry it either way", () => {
    const upright = scene(0);
    const asStored = stored(upright, rotation);
    createWatermarkPainter({ widthPixels, heightPixels, rotation: 0, watermarkId }).paint(upright, 0.3);
    const { widthPixels: width, heightPixels: height } = asStored;
    const painter = createWatermarkPainter({ widthPixels: width, heightPixels: height, rotation, watermarkId });
    painter.paint(asStored, 0.3);
    const expected = stored(upright, rotation).y;
    // Strength is looked at on a few pixels, which are others in a turned picture: a level of difference here and there.
    const differences = expected.filter((luma, at) => Math.abs(luma - asStored.y[at]!) > 1);
    expect(differences).toHaveLength(0);
    expect(
      read(
        marked.map((frame) => stored(frame, rotation)),
        rotation,
      ),
    ).toMatchObject({ id: watermarkId });
  });
});

test("a film without a mark, a still one and a black one have none", () => {
  const still = Array.from({ length: 100 }, () => scene(1));
  const black = Array.from({ length: 100 }, () => grey(widthPixels, heightPixels, 16));
  for (const frames of [film(8, []), still, black]) expect(read(frames)).toEqual({ found: false, reason: "no-mark" });
});

test("a film shorter than two seconds says nothing", () => {
  expect(read(marked.slice(40, 69))).toEqual({ found: false, reason: "too-short" });
  expect(createWatermarkDetector({ rotation: 0 }).finish()).toEqual({ found: false, reason: "too-short" });
});

test("two short parts are read although a cut between them moved the carrier", () => {
  const frames = film(9, [
    [1, 3],
    [6, 8],
  ]);
  const reading = read([...frames.slice(0, 70), ...frames.slice(111)]);
  expect(reading).toMatchObject({ found: true, id: watermarkId });
});

test("another picture after a pause counts as no swing", () => {
  const sampler = createWatermarkSampler(0);
  for (let at = 0; at < 30; at++) sampler.add(scene(1), at / 10);
  for (let at = 0; at < 30; at++) sampler.add(scene(50), 10 + at / 10);
  const swings = sampler.finish().flatMap((block) => [...block.swings]);
  expect(Math.max(...swings.map(Math.abs))).toBeLessThan(0.01);
});

test("each single wrong bit makes the check fail", () => {
  const word = codeWordOf(watermarkId);
  expect(idOfCodeWord(word)).toBe(watermarkId);
  for (let bit = 0; bit < word.length; bit++) {
    expect(idOfCodeWord(word.map((sign, at) => (at === bit ? -sign : sign)))).toBeUndefined();
  }
});

test("an id is six hex digits that only the render id decides", () => {
  expect(watermarkId).toMatch(/^[0-9a-f]{6}$/);
  expect(watermarkIdOf("render-1")).toBe(watermarkId);
  expect(watermarkIdOf("render-2")).not.toBe(watermarkId);
});

describe("the painter", () => {
  const paintedOver = (before: PlanarFrame, seconds = 0.2) => {
    const frame = { ...before, y: before.y.slice(), u: before.u.slice(), v: before.v.slice() };
    createWatermarkPainter({ widthPixels, heightPixels, rotation: 0, watermarkId }).paint(frame, seconds);
    return frame;
  };

  it("draws the same twice, changes no pixel by more than three levels, and leaves colour alone", () => {
    const before = scene(3);
    const after = paintedOver(before);
    expect(paintedOver(before)).toEqual(after);
    expect([after.u, after.v]).toEqual([before.u, before.v]);
    const changes = after.y.map((luma, at) => Math.abs(luma - before.y[at]!));
    expect(Math.max(...changes)).toBeLessThanOrEqual(3);
    expect(changes.filter((change) => change > 0).length).toBeGreaterThan(1000);
  });

  it("changes a plain wall by one level at most", () => {
    const before = grey(widthPixels, heightPixels);
    const after = paintedOver(before);
    expect(new Set(after.y)).toEqual(new Set([119, 120, 121]));
  });

  it("keeps what lies between 16 and 235 there, and what lay outside where it was", () => {
    for (const [luma, allowed] of [
      [16, [16, 17]],
      [235, [234, 235]],
      [3, [3]],
      [250, [250]],
    ] as const) {
      const after = paintedOver(grey(widthPixels, heightPixels, luma));
      expect([...new Set(after.y)].filter((value) => !(allowed as readonly number[]).includes(value))).toEqual([]);
    }
  });

  it("writes nothing beyond the picture's width", () => {
    const frame = {
      ...grey(widthPixels, heightPixels),
      lumaStride: 352,
      y: new Uint8Array(352 * heightPixels).fill(120),
    };
    createWatermarkPainter({ widthPixels, heightPixels, rotation: 0, watermarkId }).paint(frame, 0.2);
    expect(frame.y.some((luma, at) => at % 352 < widthPixels && luma !== 120)).toBe(true);
    expect(frame.y.every((luma, at) => at % 352 < widthPixels || luma === 120)).toBe(true);
  });
});
