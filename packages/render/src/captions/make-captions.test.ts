import { beforeAll, describe, expect, test } from "vitest";
import type { CaptionTrack } from "./caption-track.js";
import { cueLines } from "./cue-text.js";
import { loadCaptionFont, type CaptionFont } from "./font/caption-font.js";
import { graphemesOf } from "./font/graphemes.js";
import { layoutFor } from "./layout.js";
import { makeCaptions } from "./make-captions.js";
import { captionPresetNames, type CaptionPresetName } from "#model/captions.js";
import { captionPresets } from "./preset.js";
import { speak } from "./testing/speak.js";
import { repairWords, type TimedWord } from "./timed-word.js";

const fonts = new Map<CaptionPresetName, CaptionFont>();
beforeAll(async () => {
  for (const preset of captionPresetNames) fonts.set(preset, await loadCaptionFont(captionPresets[preset].look.font));
});

function make(words: readonly TimedWord[], preset: CaptionPresetName, [widthPixels, heightPixels] = [1280, 720]) {
  return makeCaptions(words, { preset, widthPixels: widthPixels!, heightPixels: heightPixels! }, fonts.get(preset)!);
}

const textsOf = ({ cues }: CaptionTrack) => cues.map((cue) => cueLines(cue).join(" / "));

describe("where captions are broken", () => {
  test("at the ends of sentences, and lines behind commas", () => {
    const words = speak("We make films. You send us one photo of your face, and we put it into the film you chose.");
    expect(textsOf(make(words, "broadcast"))).toEqual([
      "We make films.",
      "You send us one photo of your face, / and we put it into the film you chose.",
    ]);
  });

  test("before small words, not behind them", () => {
    const words = speak("Printing differs from most if not from all the arts and crafts represented in the exhibition");
    const lastWords = make(words, "social-9x16").cues.flatMap(({ lines }) => lines.map((line) => line.at(-1)!.text));
    expect(lastWords.filter((word) => /^(the|and|in|from|if|not)$/.test(word))).toEqual([]);
  });

  test("a title stays with its name, and its full stop ends no sentence", () => {
    const lines = make(speak("It was then that Dr. Miller met Jane Austen again"), "social-9x16").cues.flatMap(
      cueLines,
    );
    expect(lines.some((line) => line.includes("Dr. Miller"))).toBe(true);
    expect(lines.some((line) => line.includes("Jane Austen"))).toBe(true);
  });

  test("at a pause that is heard", () => {
    const [left, right] = [speak("one two three"), speak("four five six", 3)];
    expect(textsOf(make([...left, ...right], "broadcast"))).toEqual(["one two three", "four five six"]);
  });
});

describe("words that are longer than a line", () => {
  const longest = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

  test("are parted with hyphens, each piece in its share of the time", () => {
    const pieces = make(speak(longest), "social-9x16", [720, 1280]).cues.flatMap(({ lines }) => lines.flat());
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map(({ text }) => text.replace(/-$/, "")).join("")).toBe(longest);
    expect(pieces.slice(0, -1).every(({ text }) => text.endsWith("-"))).toBe(true);
    expect(pieces.every(({ startSeconds }, at) => at === 0 || startSeconds === pieces[at - 1]!.endSeconds)).toBe(true);
  });

  test("of right-to-left letters stay whole", () => {
    const word = "שלוםעולםארוךמאודמאודמאודמאוד";
    expect(textsOf(make(speak(word), "social-9x16", [480, 480]))).toEqual([word]);
  });

  test("3,000 letters make captions like any other word", () => {
    const { cues } = make(speak("m".repeat(3000)), "social-9x16", [480, 480]);
    const letters = cues.flatMap(cueLines).join("").replaceAll("-", "");
    expect(letters).toBe("m".repeat(3000));
  });
});

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const parts = [
  "a",
  "the",
  "of",
  "and",
  "to",
  "film",
  "photo",
  "everything",
  "internationally",
  "Anna",
  "Miller,",
  "end.",
  "why?",
  "🎉",
  "{x}",
  "שלום",
  "naïve",
  "Straßenbahnhaltestellenhäuschen",
];

function randomWords(seed: number): TimedWord[] {
  const next = numbersFrom(seed);
  const count = 1 + Math.floor(next() * 120);
  let at = next() * 5;
  return Array.from({ length: count }, () => {
    const startSeconds = at;
    const endSeconds = at + 0.04 + next() * 0.7;
    at = endSeconds + (next() < 0.1 ? next() * 4 : next() * 0.05);
    return { text: parts[Math.floor(next() * parts.length)]!, startSeconds, endSeconds };
  });
}

describe.each([
  [1280, 720],
  [720, 1280],
  [720, 1364],
  [480, 480],
])("whatever is said in %d x %d pixels", (widthPixels, heightPixels) => {
  const seeds = Array.from({ length: 12 }, (_, at) => at + widthPixels + heightPixels);
  const tracks = (preset: CaptionPresetName) =>
    seeds.map((seed) => {
      const words = repairWords(randomWords(seed));
      return { words, track: make(words, preset, [widthPixels, heightPixels]) };
    });

  test.each(captionPresetNames)("%s: every word is shown once, in order, from its start", (preset) => {
    for (const { words, track } of tracks(preset)) {
      const shown = track.cues.flatMap(({ lines }) => lines.flat());
      const joined = shown.map(({ text }) => text.replace(/(?<=\p{L})-$/u, "")).join("");
      expect(joined).toBe(words.map(({ text }) => text).join(""));
      expect(shown.map(({ startSeconds }) => startSeconds)).toEqual(
        shown.map(({ startSeconds }) => startSeconds).toSorted((left, right) => left - right),
      );
      for (const cue of track.cues) {
        expect(cue.startSeconds).toBe(cue.lines[0]![0]!.startSeconds);
        expect(cue.endSeconds).toBeGreaterThan(cue.lines.at(-1)!.at(-1)!.startSeconds);
      }
    }
  });

  test.each(captionPresetNames)("%s: lines, characters, pixels and seconds keep their limits", (preset) => {
    const rules = captionPresets[preset];
    const layout = layoutFor(rules.look, { widthPixels, heightPixels });
    for (const { track } of tracks(preset)) {
      for (const cue of track.cues) {
        expect(cue.lines.length).toBeLessThanOrEqual(rules.maxLines);
        expect(cue.endSeconds - cue.startSeconds).toBeLessThanOrEqual(rules.maxSeconds + 1e-9);
      }
      for (const line of track.cues.flatMap(cueLines)) {
        expect(graphemesOf(line).length).toBeLessThanOrEqual(rules.maxLineCharacters);
        expect(fonts.get(preset)!.widthOf(line, layout.lineHeightPixels)).toBeLessThanOrEqual(
          layout.lineWidthPixels + 1e-6,
        );
      }
    }
  });

  test.each(captionPresetNames)(
    "%s: cues never overlap, and two frames stay free where the words leave them",
    (preset) => {
      for (const { track } of tracks(preset)) {
        for (const [at, cue] of track.cues.slice(0, -1).entries()) {
          const next = track.cues[at + 1]!.startSeconds;
          const lastWord = cue.lines.at(-1)!.at(-1)!.startSeconds;
          const free = Math.max(next - 2 / 30, lastWord + 0.04);
          expect(cue.endSeconds).toBeLessThanOrEqual(Math.min(next, free) + 1e-9);
        }
      }
    },
  );
});

test("no words make no captions", () => {
  expect(make([], "broadcast").cues).toEqual([]);
});
