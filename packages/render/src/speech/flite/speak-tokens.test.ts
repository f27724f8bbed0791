import { expect, test } from "vitest";
import { readScript } from "#speech/text/read-script.js";
import { medianPitch } from "./median-pitch.js";
import { runFlite } from "./flite-program.js";
import { readPhones } from "./phones.js";
import { speakTokens } from "./speak-tokens.js";
import { readFliteWave } from "./wave-file.js";

const short = readScript("We were young.");
const tokens = readScript("Hello 🎉 there, only $24.99 for the lattes!");

const seconds = ({ samples, sampleRateHz }: { samples: Float32Array; sampleRateHz: number }) =>
  samples.length / sampleRateHz;

test("the phones add up to the sound, to the millisecond that they are printed with", () => {
  const { stdout, wav } = runFlite(["-voice", "slt", "-psdur", "-t", " One two. Three ", "speech.wav"]);
  expect(Math.abs(readPhones(stdout).endSeconds - seconds(readFliteWave(wav!)))).toBeLessThan(0.0011);
});

test("every token has its time, in order; an emoji has the time between its neighbours", () => {
  const speech = speakTokens({ tokens });
  expect(speech).toMatchObject({
    cloned: false,
    engine: "flite 2.3 slt",
    weightsLicence: "MIT-Festival",
    sampleRateHz: 16_000,
  });
  expect(speech.words.map(({ tokenIndex }) => tokenIndex)).toEqual(tokens.map((_, i) => i));
  const moments = speech.words.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(speech.words[1]!.startSeconds).toBe(speech.words[0]!.endSeconds);
  // Eight words in one token.
  expect(speech.words[4]!.endSeconds - speech.words[4]!.startSeconds).toBeGreaterThan(1);
  expect(moments.at(-1)).toBeLessThan(seconds(speech));
});

test("speech is fitted to a length, and refused with the numbers where that is out of reach", () => {
  const own = seconds(speakTokens({ tokens }));
  expect(seconds(speakTokens({ tokens, targetSeconds: own * 0.8 })) / (own * 0.8)).toBeCloseTo(1, 2);
  const [shortest, longest] = [(own * 0.75).toFixed(1), (own * 1.35).toFixed(1)];
  expect(() => speakTokens({ tokens, targetSeconds: 1 })).toThrow(
    expect.objectContaining({
      code: "script-does-not-fit",
      message: `The script takes ${shortest} to ${longest} s to speak, but 1.0 s are to be filled.`,
    }),
  );
});

test.each([
  [95, "rms"],
  [140, "awb"],
  [220, "slt"],
])("a voice of %i Hz is spoken by %s, at that pitch", (pitchHertz, voice) => {
  const speech = speakTokens({ tokens: short, pitchHertz });
  expect(speech.engine).toBe(`flite 2.3 ${voice}`);
  expect(Math.abs(medianPitch(speech)! / pitchHertz - 1)).toBeLessThan(0.12);
});

test("an unknown voice is refused with those that there are", () => {
  expect(() => speakTokens({ tokens, voice: "jo" })).toThrow(
    expect.objectContaining({ code: "bad-usage", hint: expect.stringContaining("slt, rms") }),
  );
});

test("a long text is spoken in runs, and its words go on in order", () => {
  const long = readScript("The quick brown fox jumps over the lazy dog. ".repeat(12).trim());
  const { words, samples, sampleRateHz } = speakTokens({ tokens: long, voice: "kal16" });
  expect(words.length).toBe(long.length);
  for (const [i, { startSeconds, endSeconds }] of words.entries()) {
    expect(startSeconds).toBeGreaterThanOrEqual(words[i - 1]?.endSeconds ?? 0);
    expect(endSeconds).toBeGreaterThan(startSeconds);
  }
  expect(words.at(-1)!.endSeconds).toBeLessThan(samples.length / sampleRateHz);
});
