import { createHash } from "node:crypto";
import { join } from "node:path";
import type { TimedWord } from "#captions/index.js";
import type { MediaIO } from "#media/media-io.js";
import type { SoundClip } from "#media/sound-clip.js";
import type { SpeechReport } from "#model/manifest.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { Run } from "#model/run.js";
import type { Passage, SpeechWish } from "#model/speech.js";
import { mixSpeech } from "#sound/index.js";
import {
  medianPitch,
  readScript,
  type HeardSample,
  type Speech,
  type SpeechOrder,
  type VoiceEngine,
} from "#speech/index.js";
import { shownWords } from "./shown-words.js";
import { readSamples, writeSamples } from "./sound-file.js";
import { speakPassage } from "./speak-passage.js";

/** What speaking a script over a film takes. */
export interface SpeakInput {
  readonly io: MediaIO;
  readonly engine: VoiceEngine;
  readonly source: SourceMedia;
  readonly index: Pick<FrameIndex, "endSeconds">;
  readonly passages: readonly Passage[];
  readonly underSpeech: SpeechWish["underSpeech"];
  readonly sample?: HeardSample;
  /** On whose record a clone rests. */
  readonly consentId: string;
  readonly workFolder: string;
}

/** A script that was spoken over a film. */
export interface SpokenScript {
  readonly report: SpeechReport;
  /** In film time. */
  readonly words: readonly TimedWord[];
  /** Packets for the film's first sound track. */
  readonly sound: SoundClip;
  /** Sentences for the manifest. */
  readonly notes: readonly string[];
}

/** A passage that was spoken, without its sound; plain values. */
interface SpokenPassage extends Omit<Speech, "samples"> {
  readonly pace: number;
  readonly seconds: number;
}

/**
 * Speaks all passages, one after the other, and mixes them into the film's sound. Each passage is a child of the run: what was
 * spoken, and maybe paid for, is not spoken again after a crash.
 * @throws UnderstudyError `script-does-not-fit`, everything of `VoiceEngine.speak` and of `mixSpeech`.
 */
export async function speakScript(input: SpeakInput, run: Run): Promise<SpokenScript> {
  const { passages, workFolder } = input;
  const voice = voiceFor(input);
  const total = passages.length;
  const progress = (done: number) => run.progress({ stage: "voice", done, total, unit: "passages" });
  const spoken: SpokenPassage[] = [];
  for (const passage of passages) {
    progress(spoken.length);
    spoken.push(
      await speakOne(input, passage, { voice, ...(spoken[0]?.seed !== undefined && { seed: spoken[0].seed }) }, run),
    );
  }
  const clipPath = join(workFolder, "speech.sound");
  const mixed = await run.child("voice-mix", () => mix(input, spoken, clipPath, run.signal), [clipPath]);
  progress(total);
  const { engine, seed } = spoken[0]!;
  return {
    report: {
      engine,
      cloned: spoken.some(({ cloned }) => cloned),
      weightsLicence: [...new Set(spoken.map(({ weightsLicence }) => weightsLicence))].join(" AND "),
      ...(seed !== undefined && { seed }),
      passages: passages.map(({ startSeconds, text }, at) => {
        const { seconds, pace } = spoken[at]!;
        return { startSeconds, endSeconds: startSeconds + seconds, words: readScript(text).length, pace };
      }),
      sound: mixed.report,
    },
    words: passages.flatMap((passage, at) => wordsOf(passage, spoken[at]!)),
    // Kept by an earlier life, it names that life's place.
    sound: { ...mixed.clip, path: clipPath },
    notes: spoken.some(({ timing }) => timing === "aligned")
      ? ["The voice told no word times that could be believed; they were found in its sound."]
      : [],
  };
}

/** What is asked for in every passage: the sample itself where it is cloned, else its pitch. */
function voiceFor({ engine, sample, consentId }: SpeakInput): Pick<SpeechOrder, "sample" | "consentId" | "pitchHertz"> {
  if (sample === undefined) return {};
  if (engine.clones) return { sample, consentId };
  const pitchHertz = medianPitch(sample);
  return pitchHertz === undefined ? {} : { pitchHertz };
}

function speakOne(
  input: SpeakInput,
  passage: Passage,
  { voice, ...seed }: { readonly voice: ReturnType<typeof voiceFor>; readonly seed?: number },
  run: Run,
): Promise<SpokenPassage> {
  const { engine } = input;
  const path = samplesPathOf(input, passage);
  return run.child(
    `voice-passage-${passage.index}-${markOf(engine)}`,
    async ({ signal }) => {
      const order = { tokens: readScript(passage.text), ...voice, ...seed, signal };
      const { speech, pace } = await speakPassage(engine, passage, order);
      const { samples, ...facts } = speech;
      await writeSamples(path, samples);
      return { ...facts, pace, seconds: samples.length / speech.sampleRateHz };
    },
    [path],
  );
}

/** What was spoken by another engine is not taken for this one's. */
function markOf({ name }: VoiceEngine): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}

async function mix(input: SpeakInput, spoken: readonly SpokenPassage[], clipPath: string, signal: AbortSignal) {
  const { io, source, index, passages, underSpeech } = input;
  const sounds = await Promise.all(
    passages.map(async (passage, at) => ({
      startSeconds: passage.startSeconds,
      samples: await readSamples(samplesPathOf(input, passage)),
      sampleRateHz: spoken[at]!.sampleRateHz,
    })),
  );
  const { endSeconds } = index;
  return mixSpeech({ io, source, endSeconds, passages: sounds, underSpeech, clipPath, signal });
}

function samplesPathOf({ workFolder }: SpeakInput, { index }: Passage): string {
  return join(workFolder, `passage-${index}.samples`);
}

function wordsOf({ text, startSeconds: from }: Passage, { words }: SpokenPassage): TimedWord[] {
  const times = words.map(({ startSeconds, endSeconds }) => {
    return { startSeconds: from + startSeconds, endSeconds: from + endSeconds };
  });
  return shownWords(readScript(text), times);
}
