import type { Pause, SpokenToken } from "#speech/text/spoken-token.js";
import { runFlite } from "./flite-program.js";
import type { FliteVoice } from "./flite-voices.js";
import { matchPhones } from "./match-phones.js";
import { readPhones, type Phone } from "./phones.js";
import { readFliteWave, type Sound } from "./wave-file.js";

/** How the tokens are said. */
export interface Manner {
  readonly voice: FliteVoice;
  /** Length against the voice's own; default 1. */
  readonly stretch?: number;
  /** Mean pitch; default the voice's own. */
  readonly pitchHertz?: number;
}

/** A phone, and which word of which token it belongs to. */
export interface WordPhone extends Phone {
  readonly tokenIndex: number;
  /** Position among the spoken words of the token. */
  readonly wordIndex: number;
}

/** Tokens as they were said. */
export interface SaidTokens extends Sound {
  readonly phones: readonly WordPhone[];
}

/** flite keeps all it says at once in memory, 0.8 MB a second: a longer text is said in runs of about this many letters. */
const lettersAtOnce = 400;

/**
 * Says all tokens with flite, and knows to the millisecond when each phone is heard.
 * @param pronunciations as `pronounce` gives them, for every spoken word.
 */
export function sayTokens(
  tokens: readonly SpokenToken[],
  manner: Manner,
  pronunciations: ReadonlyMap<string, readonly string[]>,
): SaidTokens {
  const said = splitIntoRuns(tokens).map((run) => sayRun(tokens, run, manner, pronunciations));
  const sampleRateHz = said[0]?.sampleRateHz ?? 16_000;
  const samples = new Float32Array(said.reduce((sum, each) => sum + each.samples.length, 0));
  const phones: WordPhone[] = [];
  let offset = 0;
  for (const each of said) {
    samples.set(each.samples, offset);
    const shift = offset / sampleRateHz;
    for (const phone of each.phones) {
      phones.push({ ...phone, startSeconds: phone.startSeconds + shift, endSeconds: phone.endSeconds + shift });
    }
    offset += each.samples.length;
  }
  return { samples, sampleRateHz, phones };
}

interface TokenRun {
  readonly start: number;
  readonly end: number;
}

/** Cuts at the ends of sentences where that is possible, at any token where a sentence is longer than two runs. */
function splitIntoRuns(tokens: readonly SpokenToken[]): TokenRun[] {
  const runs: TokenRun[] = [];
  let start = 0;
  let letters = 0;
  for (const [i, { spoken, pause }] of tokens.entries()) {
    letters += spoken.reduce((sum, word) => sum + word.length + 1, 0);
    const isFull = letters >= (pause === "long" ? lettersAtOnce : 2 * lettersAtOnce);
    if (!isFull && i < tokens.length - 1) continue;
    if (letters > 0) runs.push({ start, end: i + 1 });
    start = i + 1;
    letters = 0;
  }
  return runs;
}

function sayRun(
  tokens: readonly SpokenToken[],
  { start, end }: TokenRun,
  { voice, stretch = 1, pitchHertz }: Manner,
  pronunciations: ReadonlyMap<string, readonly string[]>,
): SaidTokens {
  const run = tokens.slice(start, end);
  const { stdout, wav } = runFlite([
    "-voice",
    voice,
    "--setf",
    `duration_stretch=${stretch.toFixed(4)}`,
    ...(pitchHertz === undefined ? [] : ["--setf", `int_f0_target_mean=${pitchHertz.toFixed(1)}`]),
    "-psdur",
    "-t",
    ` ${run.map(asWritten).join(" ")} `,
    "speech.wav",
  ]);
  if (wav === undefined) throw new Error("flite wrote no sound");
  const { phones } = readPhones(stdout);
  const words = run.flatMap(({ spoken }, i) =>
    spoken.map((word, wordIndex) => ({ word, tokenIndex: start + i, wordIndex })),
  );
  const owners = matchPhones(
    words.map(({ word }) => pronunciations.get(word) ?? []),
    phones.map(({ name }) => name),
  );
  return {
    ...readFliteWave(wav),
    phones: phones.map((phone, i) => {
      const { tokenIndex, wordIndex } = words[owners[i]!]!;
      return { ...phone, tokenIndex, wordIndex };
    }),
  };
}

const marks: Readonly<Record<Pause, string>> = { none: "", short: ",", long: "." };

function asWritten({ spoken, pause }: SpokenToken): string {
  return spoken.length === 0 ? "" : `${spoken.join(" ")}${marks[pause]}`;
}
