import type { TimedWord } from "#captions/index.js";
import type { MediaIO } from "#media/media-io.js";
import type { SourceMedia } from "#model/media.js";
import type { Run } from "#model/run.js";
import { alignFile } from "#speech/index.js";
import { shownWords } from "./shown-words.js";

/** The words of a film whose text was given. */
export interface HeardTranscript {
  /** In film time. */
  readonly words: readonly TimedWord[];
  /** Sentences for the manifest, such as that the text may belong to another film. */
  readonly notes: readonly string[];
}

/**
 * Finds when the words of a transcript are said in the film's first sound track.
 * @throws UnderstudyError `no-speech`, `bad-script`, `input-too-long` for a film of more than ten minutes.
 */
export async function hearTranscript(
  { io, source, transcript }: { io: MediaIO; source: Pick<SourceMedia, "path">; transcript: string },
  run: Run,
): Promise<HeardTranscript> {
  run.progress({ stage: "voice", done: 0, total: 1, unit: "passages" });
  const heard = await run.child("voice-transcript", ({ signal }) => alignFile(io, source.path, transcript, signal));
  run.progress({ stage: "voice", done: 1, total: 1, unit: "passages" });
  return {
    words: shownWords(heard.tokens, heard.words),
    notes: heard.isDoubtful
      ? [
          `The transcript does not seem to be what is said in the film (difference ${heard.cost.toFixed(2)}); look at the captions before using them.`,
        ]
      : [],
  };
}
