import { codeBitCount } from "./watermark-code.js";
import { cellCount, cellKeys, swingSeconds } from "./watermark-layout.js";

/** One look at a picture. */
export interface Sample {
  readonly seconds: number;
  /** Heights of the patches, one a cell. */
  readonly cells: Float32Array;
}

/** What half a second of film says about each bit. */
export interface Block {
  readonly startSeconds: number;
  /** Time of its last sample. */
  readonly endSeconds: number;
  /**
   * Swing of each bit's cells: in step with the carrier, then a quarter turn ahead of it. A bit of -1 turns both round.
   * Cells count by how quiet they are, so blocks may simply be added.
   */
  readonly swings: Float32Array;
}

/** Turns samples, ten a second, into blocks. */
export interface BlockFolder {
  add(sample: Sample): void;
  /** Call once, at the end: gives out what is still held back. */
  finish(): void;
}

const samplesPerBlock = 5;

/** Samples before and after a block that show how restless its cells are. */
const aroundCount = 5;

/** Samples before and after one whose mean is taken for the picture without the mark: one swing in all. */
const halfSwing = 5;

const lead = aroundCount + halfSwing;

/** Levels beyond which a change is the picture's; the mark's are 3 at most. */
const maxChange = 4;

/** Restlessness in levels, squared, that is added to what was measured. */
const quietNoise = 0.25;

/** Opens a folder; it holds 25 samples. */
export function createBlockFolder(give: (block: Block) => void): BlockFolder {
  let held: Sample[] = [];
  let count = 0;
  function add(sample: Sample): void {
    held.push(sample);
    if (held.length < lead + samplesPerBlock + lead) return;
    give(foldMiddle(held));
    held = held.slice(samplesPerBlock);
  }
  return {
    add(sample) {
      if (count++ === 0) for (let i = 0; i < lead; i++) add(sample);
      add(sample);
    },
    finish() {
      const last = held.at(-1);
      if (last === undefined) return;
      const toFill = (samplesPerBlock - (count % samplesPerBlock)) % samplesPerBlock;
      for (let i = 0; i < toFill + lead; i++) add(last);
    },
  };
}

function foldMiddle(samples: readonly Sample[]): Block {
  const middle = samples.slice(lead, lead + samplesPerBlock);
  const angles = middle.map(({ seconds }) => (2 * Math.PI * seconds) / swingSeconds);
  const cosines = angles.map(Math.cos);
  const sines = angles.map(Math.sin);
  const swings = new Float32Array(2 * codeBitCount);
  for (let cell = 0; cell < cellCount; cell++) {
    let mean = 0;
    for (let i = 0; i < 2 * halfSwing; i++) mean += samples[i]!.cells[cell]!;
    let restless = 0;
    let inStep = 0;
    let ahead = 0;
    for (let i = halfSwing; i < samples.length - halfSwing; i++) {
      mean += samples[i + halfSwing]!.cells[cell]!;
      const change = samples[i]!.cells[cell]! - mean / (2 * halfSwing + 1);
      mean -= samples[i - halfSwing]!.cells[cell]!;
      restless += Math.min(2 * maxChange, Math.abs(change));
      const at = i - lead;
      if (at < 0 || at >= samplesPerBlock) continue;
      const kept = Math.max(-maxChange, Math.min(maxChange, change));
      inStep += kept * cosines[at]!;
      ahead -= kept * sines[at]!;
    }
    restless /= samplesPerBlock + 2 * aroundCount;
    addTurned(swings, cell, inStep, ahead, 1 / (restless * restless + quietNoise));
  }
  return { startSeconds: middle[0]!.seconds, endSeconds: middle.at(-1)!.seconds, swings };
}

/** Takes a cell's head start back and adds it to its bit. */
function addTurned(swings: Float32Array, cell: number, inStep: number, ahead: number, weight: number): void {
  const at = 2 * cellKeys.bits[cell]!;
  const turns = cellKeys.quarterTurns[cell]!;
  const sign = turns < 2 ? weight : -weight;
  swings[at]! += sign * (turns & 1 ? ahead : inStep);
  swings[at + 1]! += sign * (turns & 1 ? -inStep : ahead);
}
