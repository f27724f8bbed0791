import { expect, test } from "vitest";
import { speakTokens } from "#speech/flite/speak-tokens.js";
import { readScript } from "#speech/text/read-script.js";
import { alignWords } from "./align-words.js";
import { alignRateHz } from "./sound-frames.js";

const tokens = readScript("Ask not what your country can do for you.");

/** Speech of a pace that no voice has by itself, quieter, with a hiss, after half a second of silence and with a pause in the middle. */
function makeRecording() {
  const { samples, words } = speakTokens({ tokens, voice: "slt", targetSeconds: 2.5, pitchHertz: 190 });
  const cut = Math.round(words[3]!.endSeconds * alignRateHz);
  const [lead, pause] = [0.5 * alignRateHz, 0.7 * alignRateHz];
  const recording = new Float32Array(samples.length + lead + pause);
  recording.set(samples.subarray(0, cut), lead);
  recording.set(samples.subarray(cut), lead + cut + pause);
  let state = 1;
  for (let i = 0; i < recording.length; i++) {
    state = (state * 48_271) % 2_147_483_647;
    recording[i] = 0.3 * recording[i]! + 0.002 * (state / 2 ** 30 - 1);
  }
  const truth = words.map(({ startSeconds }, i) => startSeconds + (lead + (i > 3 ? pause : 0)) / alignRateHz);
  return { recording, truth };
}

const { recording, truth } = makeRecording();

test("words are found to some hundredths of a second, across pauses", () => {
  const { words, isDoubtful } = alignWords({ samples: recording, tokens });
  const errors = words.map(({ startSeconds }, i) => Math.abs(startSeconds - truth[i]!));
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.03);
  expect(Math.max(...errors)).toBeLessThan(0.12);
  expect(Math.min(...words.map(({ confidence }) => confidence))).toBeGreaterThan(0.3);
  expect(isDoubtful).toBe(false);
});

test("another text is doubtful, and its words are not sure", () => {
  const other = readScript("Printing differs from all the arts and crafts.");
  const { words, isDoubtful } = alignWords({ samples: recording, tokens: other });
  expect(isDoubtful).toBe(true);
  expect(words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length).toBeLessThan(0.5);
  const moments = words.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
});

test("a long text does not fit half a second, and is refused", () => {
  const long = readScript("Printing differs from all the arts and crafts. ".repeat(10));
  expect(() => alignWords({ samples: recording.subarray(8000, 16_000), tokens: long })).toThrow(
    expect.objectContaining({
      code: "bad-script",
      message: "The text has 80 words, more than the recording can hold.",
    }),
  );
});
