import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { Region, Stitch } from "#model/plan.js";
import type { MediaInput, MediaIO, PictureFacts, TrackFacts } from "./media-io.js";
import { readPacketTable, visibleTicks, type PacketTable } from "./packet-table.js";
import { createTurns } from "./turns.js";

/** What the reader and the writer of one region work on. */
export interface RegionTask {
  readonly io: MediaIO;
  readonly sourcePath: string;
  /** Stream number of the picture track, `SourceMedia.video.index`. */
  readonly trackIndex: number;
  readonly region: Region;
  readonly stitch: Stitch;
  readonly signal?: AbortSignal;
}

/** The picture track with its picture facts at hand. */
export type PictureTrack = TrackFacts & { readonly picture: PictureFacts };

/** Times of one region, in ticks of the source track. */
export interface RegionTimes {
  readonly track: PictureTrack;
  /** Presentation ticks of the region's visible frames, ascending. */
  readonly ptsTicks: readonly number[];
  /** Decode ticks of the region's visible packets, in decode order. */
  readonly dtsTicks: readonly number[];
  /** Ticks that the region's last frame lasts. */
  readonly lastDurationTicks: number;
  readonly byteLength: number;
}

/** Opens the source for its picture track alone; in MP4 the other tracks then cost nothing. */
export async function openPictureTrack(
  io: MediaIO,
  path: string,
  trackIndex: number,
): Promise<{ input: MediaInput; track: PictureTrack }> {
  const input = await io.openInput(path);
  const track = input.tracks[trackIndex];
  if (track?.picture === undefined) {
    input.close();
    throw new UnderstudyError("no-video-track", `${basename(path)} has no picture in track ${trackIndex}.`);
  }
  input.select([trackIndex]);
  return { input, track: { ...track, picture: track.picture } };
}

/** Reads the region's times in one pass over the packets before its end. */
export async function readRegionTimes(task: RegionTask): Promise<RegionTimes> {
  const { region } = task;
  const { input, track } = await openPictureTrack(task.io, task.sourcePath, task.trackIndex);
  try {
    const table = await readPacketTable(input, task.trackIndex, region.endPacket, createTurns(task.signal));
    const ptsTicks = visibleTicks(table, region.startPacket, region.endPacket);
    assertFrameCount(region, ptsTicks.length);
    const packets = visiblePackets(table, region);
    return {
      track,
      ptsTicks,
      dtsTicks: packets.map((packet) => table.dtsTicks[packet] ?? 0),
      lastDurationTicks: lastDuration(table, packets, ptsTicks),
      byteLength: packets.reduce((sum, packet) => sum + (table.byteLengths[packet] ?? 0), 0),
    };
  } finally {
    input.close();
  }
}

/** The source must still be the file that was probed; `verifyOutput` compares its hash when all is read. */
function assertFrameCount(region: Region, found: number): void {
  const planned = region.endFrame - region.startFrame;
  if (found === planned) return;
  const message = `Frames ${region.startFrame} to ${region.endFrame} were planned, but ${found} of ${planned} are there.`;
  throw new UnderstudyError("unreadable-media", message, {
    hint: "The file changed while it was read; run the command again.",
  });
}

function visiblePackets(table: PacketTable, region: Region): number[] {
  const packets: number[] = [];
  for (let packet = region.startPacket; packet < Math.min(region.endPacket, table.ptsTicks.length); packet++) {
    if (!table.isHidden[packet]) packets.push(packet);
  }
  return packets;
}

function lastDuration(table: PacketTable, packets: readonly number[], ptsTicks: readonly number[]): number {
  const last = ptsTicks.at(-1) ?? 0;
  const packet = packets.find((candidate) => table.ptsTicks[candidate] === last);
  const stated = packet === undefined ? 0 : (table.durationTicks[packet] ?? 0);
  return stated > 0 ? stated : Math.max(1, last - (ptsTicks.at(-2) ?? last - 1));
}
