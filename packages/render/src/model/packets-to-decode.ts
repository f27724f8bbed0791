import type { DecodeStart, FrameIndex } from "./media.js";
import type { FrameRange, Region } from "./plan.js";

/** Where a film's decoding may begin; what lies before the first place is decoded from the start of the track. */
export function decodeStartsOf({ decodeStarts, cutPoints }: FrameIndex): readonly DecodeStart[] {
  const starts = decodeStarts ?? cutPoints;
  return starts[0]?.packet === 0 ? starts : [{ packet: 0, frame: 0 }, ...starts];
}

/**
 * The fewest packets from start to start that hold a range of frames.
 * @param starts ascending, the last one the end of the track.
 */
export function packetsToDecode(
  starts: readonly DecodeStart[],
  { startFrame, endFrame }: FrameRange,
): Pick<Region, "startPacket" | "endPacket"> {
  const first = starts.findLast(({ frame }) => frame <= startFrame);
  const end = starts.find(({ frame, leadingFrames = 0 }) => frame - leadingFrames >= endFrame);
  if (end === undefined) throw new RangeError("the last start must be the end of the track");
  return { startPacket: first?.packet ?? 0, endPacket: end.packet };
}
