import type { WatermarkReading } from "./marks.js";
import type { Block } from "./watermark-blocks.js";
import { codeBitCount, codeWordOf } from "./watermark-code.js";
import { agreement, alignTo, coherenceOf, readWord, strengthOf } from "./watermark-word.js";

// How often a film without a mark is said to carry one: its bits are coin tosses (the keyed signs of the cells see to
// that, and windows are chosen by how well the bits keep step, which does not depend on their signs). A candidate fits
// with 2^-24. A film of any length gets at most 40 windows and 8 sums of windows, each read both ways round, 128
// candidates each: 48 * 2 * 128 * 2^-24 = 7.3e-4, below one in a thousand.
const maxWindows = 40;
const maxSums = 8;

/** Blocks (half seconds) of a window: 2, 3, 5, 8, 12 and 20 s; the whole film comes on top. */
const windowBlocks = [4, 6, 10, 16, 24, 40] as const;

/** Bits of noise keep step this well in one window of 47, exp(-24 * 0.4^2); those of a readable one keep it better. */
const minCoherence = 0.4;

/** Windows that share more than this of both are one. */
const maxShared = 0.7;

/** Blocks on each side of one that are read with it, and compared with it, when the spans of a known word are traced. */
const traceAround = 1;
const traceNearby = 4;

/** Agreement with a word that noise reaches once in 17 000 times: exp(-48 * 0.45^2). */
const minAgreement = 0.45;

type Span = Extract<WatermarkReading, { found: true }>["spans"][number];

interface Window {
  readonly start: number;
  readonly end: number;
  readonly swings: Float64Array;
  readonly coherence: number;
}

/** Looks through all windows of a film for one whose check bits fit. */
export function readBlocks(blocks: readonly Block[]): WatermarkReading {
  if (blocks.length < windowBlocks[0]) return { found: false, reason: "too-short" };
  const sumOf = createSums(blocks);
  const windows = bestWindows(blocks.length, sumOf);
  for (const swings of inReadingOrder(windows)) {
    const id = readWord(swings);
    if (id !== undefined) return { found: true, id, spans: traceSpans(blocks, sumOf, codeWordOf(id)) };
  }
  return { found: false, reason: "no-mark" };
}

/** The windows one by one, then the best together with the second, the third and so on where they do not overlap. */
function* inReadingOrder(windows: readonly Window[]): Generator<Float64Array> {
  for (const { swings } of windows) yield swings;
  const used: Window[] = [];
  let sum: Float64Array | undefined;
  for (const window of windows) {
    if (used.length > maxSums) return;
    if (used.some((one) => one.start < window.end && window.start < one.end)) continue;
    used.push(window);
    sum = sum === undefined ? window.swings : alignTo(sum, window.swings);
    if (used.length > 1) yield sum;
  }
}

/** The windows whose bits keep step best, the best first. */
function bestWindows(blockCount: number, sumOf: SumOf): Window[] {
  const ranges: { start: number; end: number; coherence: number }[] = [];
  const add = (start: number, end: number) => {
    const coherence = coherenceOf(sumOf(start, end));
    if (coherence >= minCoherence) ranges.push({ start, end, coherence });
  };
  add(0, blockCount);
  for (const length of windowBlocks) {
    const hop = length >> 2;
    for (let start = 0; start + length < blockCount; start += hop) add(start, start + length);
    if (length < blockCount) add(blockCount - length, blockCount);
  }
  ranges.sort((a, b) => b.coherence - a.coherence);
  const chosen: Window[] = [];
  for (const range of ranges) {
    if (chosen.length === maxWindows) break;
    if (chosen.some((one) => isAlike(one, range))) continue;
    chosen.push({ ...range, swings: sumOf(range.start, range.end) });
  }
  return chosen;
}

function isAlike(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return shared > maxShared * Math.max(a.end - a.start, b.end - b.start);
}

/** Parts of the film that follow a known word, to about half a second. */
function traceSpans(blocks: readonly Block[], sumOf: SumOf, word: Int8Array): Span[] {
  const traces = blocks.map((_, at) => {
    const around = sumOf(Math.max(0, at - traceAround), Math.min(blocks.length, at + traceAround + 1));
    const follows = agreement(around, word) >= minAgreement;
    return follows ? strengthOf(around, word) : 0;
  });
  const spans: { startSeconds: number; endSeconds: number }[] = [];
  let isInside = false;
  for (const [at, { startSeconds, endSeconds }] of blocks.entries()) {
    // Beside a marked part, the mean over one swing still holds a little of the mark.
    const nearby = Math.max(...traces.slice(Math.max(0, at - traceNearby), at + traceNearby + 1));
    const isMarked = traces[at]! > 0 && traces[at]! >= nearby / 2;
    if (isMarked && isInside) spans.at(-1)!.endSeconds = endSeconds;
    else if (isMarked) spans.push({ startSeconds, endSeconds });
    isInside = isMarked;
  }
  return spans;
}

type SumOf = (start: number, end: number) => Float64Array;

/** Sums of any run of blocks, half-open, from running totals. */
function createSums(blocks: readonly Block[]): SumOf {
  const width = 2 * codeBitCount;
  const totals = new Float64Array((blocks.length + 1) * width);
  for (const [at, { swings }] of blocks.entries()) {
    for (let i = 0; i < width; i++) totals[(at + 1) * width + i] = totals[at * width + i]! + swings[i]!;
  }
  return (start, end) =>
    Float64Array.from({ length: width }, (_, i) => totals[end * width + i]! - totals[start * width + i]!);
}
