import type { CutPoint, DecodeStart, FrameIndex } from "#model/media.js";
import type { TrackFacts } from "./media-io.js";
import { type PacketTable, visibleTicks } from "./packet-table.js";
import { ticksToSeconds } from "./ticks.js";

/** What one pass over the picture track's packets found. */
export interface PictureScan {
  readonly table: PacketTable;
  /** Packets that hold an IDR picture; ascending, as the next. */
  readonly idrPackets: readonly number[];
  /** Packets that decoding may begin at, as a `StartScan` finds them. */
  readonly startPackets: readonly number[];
  /** Why the coding forbids smart cut. */
  readonly codingBlocker?: string;
}

/** The index for planning and the facts that only the packets tell. */
export interface IndexedPictures {
  readonly index: FrameIndex;
  readonly frameCount: number;
  readonly isVariableFrameRate: boolean;
  readonly framesPerSecond: number;
}

/** Turns a scan into the index. `zeroSeconds` is the time that a player calls 0. */
export function indexPictures(track: TrackFacts, scan: PictureScan, zeroSeconds: number): IndexedPictures {
  const { table } = scan;
  const ticks = visibleTicks(table);
  const seconds = ticks.map((tick) => ticksToSeconds(tick, track.timeBase) - zeroSeconds);
  const frameCount = ticks.length;
  const cuts = cleanCuts(scan, ticks);
  const oddity = tableBlocker(table, ticks);
  const blocker = scan.codingBlocker ?? oddity ?? cutBlocker(cuts);
  const start: CutPoint = { packet: 0, frame: 0 };
  const end: CutPoint = { packet: table.ptsTicks.length, frame: frameCount };
  const starts = oddity === undefined ? placesIn(table, scan.startPackets, ticks) : [];
  const endSeconds = ticksToSeconds(endTick(table, ticks), track.timeBase) - zeroSeconds;
  return {
    index: {
      presentationSeconds: seconds,
      endSeconds,
      cutPoints: blocker === undefined ? [...cuts, end] : [start, end],
      decodeStarts: [start, ...starts.filter(({ packet }) => packet > 0), end],
      ...(blocker === undefined ? {} : { smartCutBlocker: blocker }),
    },
    frameCount,
    isVariableFrameRate: hasUnevenSteps(ticks),
    framesPerSecond: endSeconds > (seconds[0] ?? 0) ? frameCount / (endSeconds - (seconds[0] ?? 0)) : 0,
  };
}

/** Cuts of a track whose packets may be read up to some point only; none where times or hidden packets are odd. */
export function cutsToDecodeFrom(scan: Pick<PictureScan, "table" | "idrPackets">): CutPoint[] {
  const ticks = visibleTicks(scan.table);
  return tableBlocker(scan.table, ticks) === undefined ? cleanCuts(scan, ticks) : [];
}

/** IDR pictures that no later packet precedes in display order and no earlier packet follows. */
function cleanCuts({ table, idrPackets }: Pick<PictureScan, "table" | "idrPackets">, ticks: readonly number[]) {
  return placesIn(table, idrPackets, ticks).filter((place) => place.leadingFrames === undefined);
}

/** Those of `packets` that all later packets follow in display order whatever precedes them. */
function placesIn({ ptsTicks }: PacketTable, packets: readonly number[], ticks: readonly number[]): DecodeStart[] {
  const earliestFrom = new Float64Array(ptsTicks.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let packet = ptsTicks.length - 1; packet >= 0; packet--) {
    earliestFrom[packet] = Math.min(earliestFrom[packet + 1] ?? 0, ptsTicks[packet] ?? 0);
  }
  const places: DecodeStart[] = [];
  let latestBefore = Number.NEGATIVE_INFINITY;
  let next = 0;
  let frame = 0;
  for (const packet of packets) {
    for (; next < packet; next++) latestBefore = Math.max(latestBefore, ptsTicks[next] ?? 0);
    const time = ptsTicks[packet] ?? 0;
    const earliest = earliestFrom[packet] ?? 0;
    if (latestBefore >= earliest) continue;
    while (frame < ticks.length && (ticks[frame] ?? 0) < earliest) frame++;
    const firstLeading = frame;
    while (frame < ticks.length && (ticks[frame] ?? 0) < time) frame++;
    places.push({ packet, frame, ...(earliest < time && { leadingFrames: frame - firstLeading }) });
  }
  return places;
}

function cutBlocker(cuts: readonly CutPoint[]): string | undefined {
  if (cuts[0]?.packet !== 0) return "its first picture is not an IDR picture";
  if (cuts.length < 2) return "no second IDR picture can be cut at (open GOP, or a single group of pictures)";
  return undefined;
}

/** Times and hidden packets that a plain track with one edit cannot express. */
function tableBlocker(table: PacketTable, ticks: readonly number[]): string | undefined {
  const first = ticks[0] ?? 0;
  const lastVisible = table.isHidden.lastIndexOf(false);
  const seen = new Set<number>();
  for (let packet = 0; packet < table.ptsTicks.length; packet++) {
    const time = table.ptsTicks[packet] ?? 0;
    if (packet > 0 && (table.dtsTicks[packet] ?? 0) <= (table.dtsTicks[packet - 1] ?? 0)) {
      return "its decode times do not ascend";
    }
    if (time < (table.dtsTicks[packet] ?? 0)) return "a frame is shown before it is decoded";
    // Behind the last visible packet they are simply left out.
    if (table.isHidden[packet]) {
      if (packet < lastVisible && time >= first) return "an edit list hides frames in its middle";
      continue;
    }
    if (seen.has(time)) return "two frames share one presentation time";
    seen.add(time);
  }
  return undefined;
}

/** The tick at which the last visible frame ends; a missing duration is taken from the frame before. */
function endTick(table: PacketTable, ticks: readonly number[]): number {
  const last = ticks.at(-1) ?? 0;
  const packet = table.ptsTicks.lastIndexOf(last);
  const stated = table.durationTicks[packet] ?? 0;
  return last + (stated > 0 ? stated : Math.max(1, last - (ticks.at(-2) ?? last - 1)));
}

/** True when a frame lies more than a tenth of a frame, and more than the clock's rounding, off an even grid. */
function hasUnevenSteps(ticks: readonly number[]): boolean {
  const first = ticks[0] ?? 0;
  const step = ((ticks.at(-1) ?? first) - first) / Math.max(1, ticks.length - 1);
  const tolerance = Math.max(1.5, step * 0.1);
  return ticks.some((tick, frame) => Math.abs(tick - first - frame * step) > tolerance);
}
