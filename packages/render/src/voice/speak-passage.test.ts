import { describe, expect, it } from "vitest";
import type { VoiceEngine } from "#speech/index.js";
import { speakPassage } from "./speak-passage.js";

/** A voice that says everything in 4 s, up to a third faster, and notes how long it was to be. */
function createVoice(overrunSeconds = 0): VoiceEngine & { readonly asked: (number | undefined)[] } {
  const asked: (number | undefined)[] = [];
  return {
    asked,
    name: "test",
    clones: false,
    weightsLicence: "CC0-1.0",
    pace: { slowest: 0.8, fastest: 4 / 3 },
    async speak({ targetSeconds }) {
      asked.push(targetSeconds);
      const seconds = targetSeconds === undefined ? 4 : targetSeconds + overrunSeconds;
      const facts = { cloned: false, engine: "test", weightsLicence: "CC0-1.0", words: [] };
      return { samples: new Float32Array(Math.round(seconds * 100)), sampleRateHz: 100, ...facts };
    },
  };
}

const order = { tokens: [], signal: new AbortController().signal };
const room = (seconds: number) => ({ startSeconds: 5, endSeconds: 5 + seconds });

describe("speakPassage", () => {
  it("speaks naturally where there is time, and does not fill it", async () => {
    const voice = createVoice();
    const { pace, speech } = await speakPassage(voice, room(9), order);
    expect([pace, speech.samples.length, voice.asked]).toEqual([1, 400, [undefined]]);
  });

  it("speaks faster where there is less", async () => {
    const voice = createVoice();
    const { pace, speech } = await speakPassage(voice, room(3.2), order);
    expect(pace).toBeCloseTo(1.25);
    expect(speech.samples.length).toBe(320);
    expect(voice.asked[1]).toBeCloseTo(3.2);
  });

  it("refuses what is too long at the fastest pace, without asking for it", async () => {
    const voice = createVoice();
    await expect(speakPassage(voice, room(2.9), order)).rejects.toMatchObject({
      code: "script-does-not-fit",
      message: "Spoken as fast as is allowed, the script's part at 5.0 s takes 3.0 s; it has 2.9 s.",
    });
    expect(voice.asked).toEqual([undefined]);
  });

  it("refuses speech that is longer than was asked for, rather than cutting it", async () => {
    await expect(speakPassage(createVoice(0.2), room(3.2), order)).rejects.toMatchObject({
      code: "script-does-not-fit",
    });
  });
});
