import { resolve } from "node:path";
import {
  maxTranscriptCharacters,
  splitScript,
  UnderstudyError,
  voiceModels,
  type CaptionPresetName,
  type CaptionWish,
  type ErrorCode,
  type SpeechWish,
  type VoiceSample,
} from "@understudy/render";
import type { Config } from "#config/index.js";
import { assertInputFile, readSmallFile } from "#paths/index.js";

/** The options of `render` that are about speech and captions, as commander hands them over. */
export interface SpeechFlags {
  readonly script?: string;
  readonly voice?: string;
  readonly voiceText?: string;
  readonly allowLipMismatch?: boolean;
  readonly captions?: CaptionWish["mode"] | "off";
  readonly captionPreset?: CaptionPresetName;
  readonly transcript?: string;
}

/** What is to be spoken and shown as text, and the files that say so. */
export interface SpeechDecision {
  readonly speech?: SpeechWish;
  readonly captions?: CaptionWish;
  readonly inputPaths: readonly string[];
}

/** Most bytes of a script; what can be spoken is far less, and is refused with its own numbers. */
const maxScriptBytes = 100_000;
/** Fifteen seconds of speech have some 300 letters. */
const maxSampleTextBytes = 10_000;
/** Letters take one to four bytes. */
const maxTranscriptBytes = 4 * maxTranscriptCharacters;

/**
 * Reads what is to be spoken and captioned. The script is looked through, so that nobody is asked for consent to one that has
 * nothing in it.
 * @throws UnderstudyError `bad-usage` for flags that do not go together, `file-missing`, `bad-script`, `bad-voice-sample`.
 */
export async function decideSpeech(
  flags: SpeechFlags,
  { voice }: Pick<Config, "voice">,
  cwd: string,
): Promise<SpeechDecision> {
  assertTogether(flags, voice.engine !== "flite" && voiceModels[voice.model].clones);
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file));
  const [script, sample, sampleText] = [path(flags.script), path(flags.voice), path(flags.voiceText)];
  const transcript = path(flags.transcript);
  const { captions = "off", captionPreset: preset, allowLipMismatch = false } = flags;
  const speech = script && {
    script: await readScriptFile(script),
    ...(sample && sampleText && { sample: await readSample(sample, sampleText) }),
    allowLipMismatch,
    underSpeech: voice.underSpeech,
  };
  const words = transcript && (await readText(transcript, { ...transcriptFile, maxBytes: maxTranscriptBytes }));
  return {
    ...(speech && { speech }),
    ...(captions !== "off" && {
      captions: { mode: captions, ...(preset && { preset }), ...(words !== undefined && { transcript: words }) },
    }),
    inputPaths: [script, sample, sampleText, transcript].filter((each) => each !== undefined),
  };
}

/** @throws UnderstudyError `bad-usage`. */
function assertTogether(flags: SpeechFlags, clones: boolean): void {
  const { script, voice, voiceText, captions = "off", captionPreset, transcript } = flags;
  const refusals: readonly [boolean, string, string][] = [
    [
      script !== undefined && transcript !== undefined,
      "--script and --transcript both say what the words of the captions are.",
      "Give --script to have it spoken and captioned, or --transcript to caption what the film says by itself.",
    ],
    [
      captions !== "off" && script === undefined && transcript === undefined,
      "--captions needs words, and none are given.",
      "Give --script FILE to have it spoken, or --transcript FILE with what is said in the film.",
    ],
    [
      captions === "off" && transcript !== undefined,
      "--transcript is only used for captions, and none are asked for.",
      "Add --captions burn or --captions sidecar.",
    ],
    [
      captions === "off" && captionPreset !== undefined,
      "--caption-preset says how captions look, and none are asked for.",
      "Add --captions burn or --captions sidecar.",
    ],
    [
      voice !== undefined && script === undefined,
      "--voice says in which voice a script is spoken, and there is none.",
      "Add --script FILE.",
    ],
    [
      voice !== undefined && voiceText === undefined,
      "--voice needs to know what is said in the sample.",
      "Add --voice-text FILE: what is said in it, word for word.",
    ],
    [
      voice === undefined && voiceText !== undefined,
      "--voice-text says what is said in a sample, and there is none.",
      "Add --voice SAMPLE, 3 to 15 s of one person speaking.",
    ],
    [
      script !== undefined && voice === undefined && clones,
      "The voice engine clones a voice, and there is no sample of one.",
      "Add --voice SAMPLE and --voice-text FILE, or speak with the voice that is built in: --voice-engine flite.",
    ],
  ];
  const refusal = refusals.find(([isWrong]) => isWrong);
  if (refusal !== undefined) throw new UnderstudyError("bad-usage", refusal[1], { hint: refusal[2] });
}

async function readScriptFile(path: string): Promise<string> {
  const script = await readText(path, { what: "script", invalid: "bad-script", maxBytes: maxScriptBytes });
  splitScript(script);
  return script;
}

async function readSample(path: string, textPath: string): Promise<VoiceSample> {
  await assertInputFile(path, "voice sample");
  const file = { what: "text of the voice sample", invalid: "bad-voice-sample", maxBytes: maxSampleTextBytes } as const;
  return { path, text: await readText(textPath, file) };
}

const transcriptFile = { what: "transcript", invalid: "bad-script" } as const;

/** @throws UnderstudyError `file-missing`, `bad-usage`, and `invalid` for what is too large or no text. */
async function readText(
  path: string,
  { what, invalid, maxBytes }: { what: string; invalid: ErrorCode; maxBytes: number },
): Promise<string> {
  const bytes = await readSmallFile(path, what, maxBytes);
  if (bytes === undefined) {
    throw new UnderstudyError(invalid, `The ${what} ${path} has more than ${maxBytes / 1000} kB.`, {
      hint: `Give a shorter ${what}.`,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Without its cause, which tells nothing more.
    throw new UnderstudyError(invalid, `The ${what} ${path} is not text in UTF-8.`, {
      hint: "Save it as plain text in UTF-8.",
    });
  }
}
