import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";

/** Packets a second of the longest film allowed, over all tracks: 240 pictures and five sound tracks at once. */
const packetsPerSecond = 500;

/** Allowed however short films must be; 100 000 packets cost some tens of megabytes. */
const leastPackets = 100_000;

/** Packets that a source may have, inclusive, over all its tracks. */
export function maxPacketsFor(limits: { readonly maxDurationSeconds: number }): number {
  return Math.max(leastPackets, Math.ceil(limits.maxDurationSeconds * packetsPerSecond));
}

/** The refusal of a source with more packets than `maxPackets`. */
export function tooManyPackets(path: string, maxPackets: number): UnderstudyError {
  return new UnderstudyError("unreadable-media", `${basename(path)} has more than ${maxPackets} packets.`, {
    hint: "Export it again as MP4 (H.264 and AAC), or raise limits.maxDurationSeconds when it is that long.",
  });
}
