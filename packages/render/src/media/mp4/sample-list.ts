import { fullBox, u32, u32List, u64List } from "./boxes.js";

/** One sample of a track; times in ticks of the track. */
export interface Mp4Sample {
  readonly dtsTicks: number;
  readonly ptsTicks: number;
  readonly durationTicks: number;
  readonly byteLength: number;
  readonly isKeyframe: boolean;
  /** Where its bytes begin in the file before the index is put in front. */
  readonly offset: number;
}

/** A track's samples in decode order, and what follows from them. */
export class SampleList {
  readonly #samples: Mp4Sample[] = [];

  /** Takes the next one. A decode time that does not ascend is moved; the presentation time stays. */
  add(sample: Mp4Sample): void {
    const last = this.#samples.at(-1);
    const dtsTicks = last === undefined ? sample.dtsTicks : Math.max(sample.dtsTicks, last.dtsTicks + 1);
    this.#samples.push({ ...sample, dtsTicks });
  }

  get isEmpty(): boolean {
    return this.#samples.length === 0;
  }

  /** First decode time, at which the track's own clock begins. */
  get startTicks(): number {
    return this.#samples[0]?.dtsTicks ?? 0;
  }

  /** First presentation time. */
  get firstShownTicks(): number {
    return this.#samples.reduce((least, { ptsTicks }) => Math.min(least, ptsTicks), Number.POSITIVE_INFINITY);
  }

  /** End of what is presented last. */
  get endTicks(): number {
    const durations = this.durations();
    return this.#samples.reduce(
      (end, { ptsTicks }, at) => Math.max(end, ptsTicks + (durations[at] ?? 0)),
      Number.NEGATIVE_INFINITY,
    );
  }

  /** Sum of all durations on the track's clock. */
  get durationTicks(): number {
    return this.durations().reduce((sum, ticks) => sum + ticks, 0);
  }

  /** From decode time to decode time; the last one as stated, or as long as the one before. */
  durations(): number[] {
    const ticks = this.#samples.map(
      (sample, at) => (this.#samples[at + 1]?.dtsTicks ?? sample.dtsTicks) - sample.dtsTicks,
    );
    const stated = this.#samples.at(-1)?.durationTicks ?? 0;
    if (ticks.length > 0) ticks[ticks.length - 1] = stated > 0 ? stated : (ticks.at(-2) ?? 1);
    return ticks;
  }

  /** The tables of `stbl` behind the sample descriptions. @param shiftBytes how far the data move. */
  tables(shiftBytes: number): Buffer[] {
    const samples = this.#samples;
    const offsets = samples.map(({ ptsTicks, dtsTicks }) => ptsTicks - dtsTicks);
    const keys = samples.flatMap(({ isKeyframe }, at) => (isKeyframe ? [at + 1] : []));
    const isSigned = offsets.some((ticks) => ticks < 0);
    const hasOffsets = offsets.some((ticks) => ticks !== 0);
    return [
      fullBox("stts", 0, 0, countedRuns(this.durations())),
      ...(hasOffsets ? [fullBox("ctts", isSigned ? 1 : 0, 0, countedRuns(offsets))] : []),
      ...(keys.length < samples.length ? [fullBox("stss", 0, 0, u32(keys.length), u32List(keys))] : []),
      ...this.#chunkTables(shiftBytes),
    ];
  }

  /** Samples that lie one behind the other are a chunk. */
  #chunkTables(shiftBytes: number): Buffer[] {
    const chunks: { readonly offset: number; samples: number }[] = [];
    let end = -1;
    for (const { offset, byteLength } of this.#samples) {
      const chunk = chunks.at(-1);
      if (chunk !== undefined && offset === end) chunk.samples++;
      else chunks.push({ offset: offset + shiftBytes, samples: 1 });
      end = offset + byteLength;
    }
    const runs = chunks.flatMap(({ samples }, at) => (chunks[at - 1]?.samples === samples ? [] : [at + 1, samples, 1]));
    const offsets = chunks.map(({ offset }) => offset);
    const isLarge = (offsets.at(-1) ?? 0) >= 2 ** 32;
    const sizes = this.#samples.map(({ byteLength }) => byteLength);
    return [
      fullBox("stsc", 0, 0, u32(runs.length / 3), u32List(runs)),
      fullBox("stsz", 0, 0, u32(0, sizes.length), u32List(sizes)),
      isLarge
        ? fullBox("co64", 0, 0, u32(offsets.length), u64List(offsets))
        : fullBox("stco", 0, 0, u32(offsets.length), u32List(offsets)),
    ];
  }
}

/** Number of runs, then length and value of each. */
function countedRuns(values: readonly number[]): Buffer {
  const runs: number[] = [];
  let length = 0;
  for (const [at, value] of values.entries()) {
    length++;
    if (value === values[at + 1]) continue;
    runs.push(length, value);
    length = 0;
  }
  return Buffer.concat([u32(runs.length / 2), u32List(runs)]);
}
