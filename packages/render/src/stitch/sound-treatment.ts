import type { TrackFacts } from "#media/media-io.js";

/** Sound that MP4 carries and browsers or phones play; everything else becomes AAC. */
const copiedCodecs = new Set(["aac", "mp3", "ac3", "eac3", "opus", "alac", "flac"]);

/** What happens to a track that is not the picture. */
export type SideTrackTreatment = "copy" | "encode-aac" | "drop";

/** Sound is copied where MP4 can carry it; of the rest only MP4's own subtitles stay. */
export function treatmentOf(track: TrackFacts): SideTrackTreatment {
  if (track.kind === "audio") {
    // A sound track without rate or channels cannot be described in MP4.
    if ((track.sound?.sampleRateHz ?? 0) <= 0 || (track.sound?.channelCount ?? 0) <= 0) return "drop";
    return copiedCodecs.has(track.codec) ? "copy" : "encode-aac";
  }
  if (track.kind === "subtitle" && track.codec === "mov_text") return "copy";
  return "drop";
}

/**
 * The part of a sound packet that lands in MP4: AAC from a transport stream carries a 7 or 9 byte header in front of
 * each packet (ADTS), which MP4 keeps once, in its header.
 */
export function storedSound(track: TrackFacts, payload: Uint8Array): Uint8Array {
  if (track.codec !== "aac" || track.configuration.length > 0) return payload;
  const isAdts = payload[0] === 0xff && ((payload[1] ?? 0) & 0xf6) === 0xf0;
  return isAdts ? payload.subarray((payload[1] ?? 0) & 1 ? 7 : 9) : payload;
}
