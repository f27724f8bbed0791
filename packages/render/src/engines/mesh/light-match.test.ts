import { expect, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { type LightMatchOptions, matchLight } from "./light-match.js";
import { openPaintRoom } from "./paint-room.js";

const side = 128;
const quarter = side / 4;
const box = { left: 0, top: 0, right: side, bottom: side };
const options: LightMatchOptions = {
  lumaStrength: 0.5,
  foldStrength: 0.45,
  lastingFoldStrength: 0,
  expressionStrength: 1,
  blurShare: 0.08,
};
const chroma = new Uint8Array((side * side) / 4).fill(128);

/** Even skin with a dark crease, a quarter plane's column wide. */
function skinWithCrease(luma: number, creaseColumn: number | undefined, depth = 0.85): PlanarFrame {
  const y = Uint8Array.from({ length: side * side }, (_, o) =>
    (o % side) >> 2 === creaseColumn ? luma * depth : luma,
  );
  return {
    widthPixels: side,
    heightPixels: side,
    y,
    u: chroma,
    v: chroma,
    lumaStride: side,
    chromaStride: side / 2,
    isFullRange: true,
    matrix: "bt709",
  };
}

interface Match {
  readonly overall: number;
  readonly gain: Float32Array;
}

/** @param plainAt plainness of the person's skin by column, everywhere 1 when left out. */
function matchOf(frame: PlanarFrame, usualCrease?: number, plainAt = (_column: number): number => 1): Match {
  const room = openPaintRoom();
  room.enter(frame, box);
  const { planes } = room;
  planes.luma.fill(100);
  for (const plane of [planes.opacity, planes.plainness, planes.innerness, planes.foldedness]) plane.fill(1);
  for (let o = 0; o < quarter * quarter; o++) {
    planes.ownPlainness[o] = plainAt(o % quarter);
    planes.usualLuma[o] = o % quarter === usualCrease ? 102 : 120;
  }
  return { overall: matchLight(room, side, true, true, options), gain: planes.gain };
}

/** How much darker the crease's column is drawn than the skin far from it. */
function drawnDepth({ gain }: Match, column: number): number {
  return gain[16 * quarter + column]! / gain[16 * quarter + 2]!;
}

test("the whole face takes the brightness of the video", () => {
  const matcher = matchOf(skinWithCrease(150, undefined));
  expect(matcher.overall).toBeCloseTo(156 / 106, 2);
  expect(matcher.gain[16 * quarter + 16]).toBeCloseTo(156 / 106, 2);
});

test("a fold that comes with the expression is drawn, one that the person always has is not", () => {
  expect(drawnDepth(matchOf(skinWithCrease(120, 16)), 16)).toBeLessThan(0.9);
  expect(drawnDepth(matchOf(skinWithCrease(120, 16), 16), 16)).toBeGreaterThan(0.96);
});

test("a usual fold that is missing leaves no bright ridge", () => {
  expect(drawnDepth(matchOf(skinWithCrease(120, undefined), 16), 16)).toBeLessThan(1.06);
});

test("what is dark beside a feature is taken for the feature, not for a fold, and there is no edge between the two", () => {
  const besideBrow = (column: number): number => Math.min(1, Math.abs(column - 13) / 10);
  const depthAt = (column: number): number =>
    drawnDepth(matchOf(skinWithCrease(120, column, 0.6), undefined, besideBrow), column);
  expect(depthAt(16)).toBeGreaterThan(0.96);
  expect(depthAt(24)).toBeLessThan(0.8);
  const depths = [16, 17, 18, 19, 20, 21, 22].map(depthAt);
  expect(depths).toEqual(depths.toSorted((a, b) => b - a));
});
