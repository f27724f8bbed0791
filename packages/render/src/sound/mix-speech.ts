import type { MediaIO } from "#media/media-io.js";
import type { SoundClip } from "#media/sound-clip.js";
import type { SoundReport } from "#model/manifest.js";
import type { SourceMedia } from "#model/media.js";
import type { UnderSpeech } from "#model/speech.js";
import { encodeWhole } from "./encode-whole.js";
import { spliceSound } from "./splice-sound.js";

/** Speech, and when it is heard. */
export interface SpokenPassage {
  /** Of its first sample, in film time. */
  readonly startSeconds: number;
  /** Mono, -1 to 1, of any loudness. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

/** What is mixed. */
export interface MixOrder {
  readonly io: MediaIO;
  readonly source: SourceMedia;
  /** When the film ends. */
  readonly endSeconds: number;
  /** Ascending and disjoint; at least one. */
  readonly passages: readonly SpokenPassage[];
  readonly underSpeech: UnderSpeech;
  /** File to write; another one is written beside it, and removed again. */
  readonly clipPath: string;
  readonly signal: AbortSignal;
}

/** Sound for the film's first sound track, and what was done to it. */
export interface MixedSound {
  readonly clip: SoundClip;
  readonly report: SoundReport;
}

/**
 * Mixes speech into the film's first sound track. Of plain AAC only the packets around the speech are encoded again; of other sound
 * all are; a film without sound gets a track.
 * @throws UnderstudyError `unreadable-media`, `disk-full`, `output-write-failed`; the signal's reason after a cancel.
 */
export async function mixSpeech(order: MixOrder): Promise<MixedSound> {
  const [track] = order.source.audio;
  if (track === undefined) return encodeWhole(order, { treatment: "added" });
  const spliced = await spliceSound(order, track.index);
  if ("clip" in spliced) return spliced;
  return encodeWhole(order, { treatment: "encoded", reason: spliced.refused, trackIndex: track.index });
}
