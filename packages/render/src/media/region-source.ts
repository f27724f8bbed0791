import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { Region, Stitch } from "#model/plan.js";
import type { MediaInput, MediaIO, PictureFacts, TrackFacts } from "./media-io.js";
import { readPacketTable, visibleTicks, type PacketTable } from "./packet-table.js";
import { ticksToSeconds } from "./ticks.js";
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
  /** Film time of each frame: 0 is what a player shows as 0:00. As `FrameIndex` has them. */
  readonly filmSeconds: readonly number[];
  /** Presentation ticks of the region's frames, strictly ascending. */
  readonly ptsTicks: readonly number[];
  /** The same as they are coded: two frames may share one. */
  readonly codedTicks: readonly number[];
  /** Presentation ticks of the film's frames before and after the region; absent where there is none, or it was not read. */
  readonly tickBefore?: number;
  readonly tickAfter?: number;
  /** Ticks that the region's last frame lasts. */
  readonly lastDurationTicks: number;
  /** Decode ticks of the visible packets that are decoded, in decode order. */
  readonly dtsTicks: readonly number[];
  /** Bytes of these packets. */
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
  const { startFrame, endFrame, endPacket } = region;
  const { input, track } = await openPictureTrack(task.io, task.sourcePath, task.trackIndex);
  try {
    const table = await readPacketTable(input, task.trackIndex, endPacket, createTurns(task.signal));
    const filmTicks = visibleTicks(table, 0, endPacket);
    assertFrames(region, filmTicks.length);
    const packets = visiblePackets(table, region);
    const tickBefore = filmTicks[startFrame - 1];
    const tickAfter = filmTicks[endFrame];
    const ptsTicks = filmTicks.slice(startFrame, endFrame);
    return {
      track,
      filmSeconds: ptsTicks.map((ticks) => ticksToSeconds(ticks, track.timeBase) - input.zeroSeconds),
      ptsTicks,
      codedTicks: codedTicks(table, endPacket).slice(startFrame, endFrame),
      ...(tickBefore !== undefined && { tickBefore }),
      ...(tickAfter !== undefined && { tickAfter }),
      lastDurationTicks: durationOf(endFrame - 1, filmTicks, table),
      dtsTicks: packets.map((packet) => table.dtsTicks[packet] ?? 0),
      byteLength: packets.reduce((sum, packet) => sum + (table.byteLengths[packet] ?? 0), 0),
    };
  } finally {
    input.close();
  }
}

/** The source must still be the file that was probed; `verifyOutput` compares its hash when all is read. */
function assertFrames({ startFrame, endFrame }: Region, found: number): void {
  if (found >= endFrame) return;
  const message = `Frames ${startFrame} to ${endFrame} were planned, but the video shows only ${found} before their end.`;
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

function codedTicks({ ptsTicks, isHidden }: PacketTable, endPacket: number): number[] {
  return ptsTicks
    .slice(0, endPacket)
    .filter((_, packet) => !isHidden[packet])
    .sort((left, right) => left - right);
}

/** Until the next frame; for the last one that was read, what its packet states. */
function durationOf(frame: number, filmTicks: readonly number[], table: PacketTable): number {
  const tick = filmTicks[frame] ?? 0;
  const next = filmTicks[frame + 1];
  if (next !== undefined) return next - tick;
  const packet = table.ptsTicks.lastIndexOf(tick);
  const stated = table.durationTicks[packet] ?? 0;
  return stated > 0 ? stated : Math.max(1, tick - (filmTicks[frame - 1] ?? tick - 1));
}
