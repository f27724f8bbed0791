import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  encodeWave,
  newConsent,
  parseEngineFailure,
  parseSpeakOutput,
  readScript,
  UnderstudyError,
  type Speech,
  type SpeechOrder,
  type VoiceEngine,
} from "@understudy/render";
import { openDataFolder } from "@understudy/understudy";
import { describe, expect, it } from "vitest";
import { buzz } from "./testing/buzz.js";
import { createCpuWorld, type CpuWorld } from "./testing/cpu-world.js";

const consentId = "consent_0123456789abcdef";
const script = "Hello there, you.";

/** Says nothing, and tells what it was asked for. */
function fakeVoice(asked: Omit<SpeechOrder, "signal">[] = [], seconds = 1): VoiceEngine {
  return {
    name: "flite",
    clones: false,
    weightsLicence: "MIT-Festival",
    pace: { slowest: 0.7, fastest: 1.3 },
    async speak(order) {
      const { signal: _, ...wish } = order;
      asked.push(wish);
      return speechOf(order.tokens.length, order.targetSeconds ?? seconds);
    },
  };
}

function speechOf(tokenCount: number, seconds: number): Speech {
  return {
    samples: new Float32Array(16_000 * seconds).fill(0.25),
    sampleRateHz: 16_000,
    words: Array.from({ length: tokenCount }, (_, i) => ({
      tokenIndex: i,
      startSeconds: i / 8,
      endSeconds: (i + 1) / 8,
    })),
    cloned: false,
    engine: "flite 2.3 slt",
    weightsLicence: "MIT-Festival",
  };
}

const order = (parts: Readonly<Record<string, unknown>> = {}) => ({
  task: "speak",
  version: 1,
  script,
  language: "en",
  engine: "flite",
  ...parts,
});

const voiceOf = (recording: Buffer, parts: Readonly<Record<string, unknown>> = {}) => ({
  ref_audio: recording.toString("base64"),
  ref_text: "what I s3cret say",
  consent_id: consentId,
  ...parts,
});

async function failureOf(world: CpuWorld, input: unknown) {
  const thrown = await world.run(input).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: "JobFailure" });
  expect(`${(thrown as Error).message}${world.log.join()}`).not.toContain("s3cret");
  expect(await world.leftovers()).toEqual([]);
  return parseEngineFailure((thrown as Error).message);
}

describe("the voice contract", () => {
  it("answers with the sound and the times of its words, and keeps nothing", async () => {
    const asked: Omit<SpeechOrder, "signal">[] = [];
    const world = await createCpuWorld({ voice: fakeVoice(asked) });
    const answer = parseSpeakOutput(await world.run(order({ seed: 4, speaker: "rms", pitch_hertz: 110 })));
    const wav = encodeWave(speechOf(3, 1));
    expect(answer).toMatchObject({ cloned: false, engine: "flite 2.3 slt", weightsLicence: "MIT-Festival" });
    expect(answer).toMatchObject({ sound: { wav: Buffer.from(wav) }, sampleRateHz: 16_000, durationSeconds: 1 });
    expect(answer.sha256).toBe(createHash("sha256").update(wav).digest("hex"));
    expect(answer.words.map(({ text }) => text)).toEqual(["Hello", "there,", "you."]);
    expect(asked).toEqual([{ tokens: readScript(script), voice: "rms", pitchHertz: 110, seed: 4 }]);
    expect(await world.leftovers()).toEqual([]);
  });

  it("fits the length that is asked for, or a pace", async () => {
    const asked: Omit<SpeechOrder, "signal">[] = [];
    const world = await createCpuWorld({ voice: fakeVoice(asked) });
    await world.run(order({ target_seconds: 1.5 }));
    await world.run(order({ speed: 1.25 }));
    expect(asked.map(({ targetSeconds }) => targetSeconds)).toEqual([1.5, undefined, 0.8]);
  });

  it("takes the pitch of a recording, sent or fetched", async () => {
    const asked: Omit<SpeechOrder, "signal">[] = [];
    const world = await createCpuWorld({ voice: fakeVoice(asked) });
    await world.run(order({ voice: voiceOf(buzz({ seconds: 4, pitchHertz: 200 })) }));
    const fetched = { ref_url: `${world.url}/voice.wav?s3cret`, ref_text: "words", consent_id: consentId };
    await world.run(order({ voice: fetched }));
    expect(asked.map(({ pitchHertz }) => Math.round(pitchHertz! / 10))).toEqual([20, 10]);
    expect(await world.leftovers()).toEqual([]);
  });

  it("puts the sound where the order says, and then holds none", async () => {
    const world = await createCpuWorld({ voice: fakeVoice() });
    const answer = parseSpeakOutput(await world.run(order({ put_url: `${world.url}/put/here?s3cret` })));
    expect(answer.sound).toBeUndefined();
    expect(world.puts.map((body) => createHash("sha256").update(body).digest("hex"))).toEqual([answer.sha256]);
  });
});

describe("is refused in our words, as JSON, before anything is spoken:", () => {
  const good = buzz({ seconds: 4, pitchHertz: 120 });
  it.each([
    ["an empty script", { script: "" }, "bad-script"],
    ["a script of nothing to say", { script: "🙂 …" }, "bad-script"],
    ["a script that is too long", { script: "s3cret ".repeat(800) }, "bad-script"],
    ["an engine that is not here", { engine: "f5-tts" }, "unsupported-engine"],
    ["an engine that is nowhere", { engine: "s3cret" }, "unsupported-engine"],
    ["a wish that nobody knows", { speeed: 2 }, "bad-usage"],
    ["a blank text of the recording", { voice: voiceOf(good, { ref_text: " " }) }, "bad-voice-sample"],
    ["a recording that is no base64", { voice: voiceOf(good, { ref_audio: "s3cret!" }) }, "bad-voice-sample"],
    ["a recording under 3 s", { voice: voiceOf(buzz({ seconds: 2.5, pitchHertz: 120 })) }, "bad-voice-sample"],
    ["a recording over 15 s", { voice: voiceOf(buzz({ seconds: 16, pitchHertz: 120 })) }, "bad-voice-sample"],
    ["a clipped recording", { voice: voiceOf(buzz({ seconds: 4, pitchHertz: 120, gain: 8 })) }, "bad-voice-sample"],
    ["a silent recording", { voice: voiceOf(buzz({ seconds: 4, pitchHertz: 120, gain: 0 })) }, "bad-voice-sample"],
    ["a recording that is none", { voice: voiceOf(Buffer.from("s3cret")) }, "bad-voice-sample"],
    ["nobody's consent", { voice: voiceOf(good, { consent_id: undefined }) }, "consent-required"],
    [
      "a recording in a private network",
      { voice: { ref_url: "http://10.0.0.1/s3cret", ref_text: "a", consent_id: consentId } },
      "download-refused",
    ],
    ["a place in a private network", { put_url: "http://10.0.0.1/s3cret" }, "download-refused"],
  ])("%s", async (_what, parts, code) => {
    const asked: Omit<SpeechOrder, "signal">[] = [];
    const world = await createCpuWorld({ voice: fakeVoice(asked) });
    expect(await failureOf(world, order(parts))).toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it("a consent that was taken back here, whoever asks", async () => {
    const world = await createCpuWorld({ voice: fakeVoice() });
    const { consents } = openDataFolder(join(world.folder, "data"));
    const record = newConsent({
      subject: { name: "Jo" },
      method: "attested",
      operator: "Test operator",
      statement: { text: "agreed", version: "1", language: "en" },
      ageConfirmed: true,
      photoSha256: ["a".repeat(64)],
      now: new Date("2026-01-01T00:00:00Z"),
    });
    await consents.add(record);
    await consents.revoke({ consentId: record.id, revokedAt: "2026-06-01T00:00:00Z", revokedBy: "Test" });
    const input = order({ voice: voiceOf(good, { consent_id: record.id }) });
    expect(await failureOf(world, input)).toMatchObject({ code: "consent-revoked" });
  });
});

describe("fails in our words:", () => {
  it("speech that an answer cannot hold", async () => {
    const world = await createCpuWorld({ voice: fakeVoice([], 200) });
    expect(await failureOf(world, order())).toMatchObject({
      code: "bad-job",
      hint: "Send put_url, or the script in several parts.",
    });
  });

  it("a place that takes nothing", async () => {
    const world = await createCpuWorld({ voice: fakeVoice() });
    world.hookStatuses.push(403);
    expect(await failureOf(world, order({ put_url: `${world.url}/hook` }))).toMatchObject({
      code: "upload-failed",
      hint: "Send the job again with a fresh put_url that takes a PUT of audio/wav.",
    });
  });

  it("what the engine refuses, and a fault of its own", async () => {
    const refusing = (thrown: Error): VoiceEngine => ({ ...fakeVoice(), speak: () => Promise.reject(thrown) });
    const tight = new UnderstudyError("script-does-not-fit", "The script takes 3.0 s.");
    expect(await failureOf(await createCpuWorld({ voice: refusing(tight) }), order())).toMatchObject({
      code: "script-does-not-fit",
      message: "The script takes 3.0 s.",
    });
    const fault = await failureOf(await createCpuWorld({ voice: refusing(new Error("/root/s3cret")) }), order());
    expect(fault).toMatchObject({ code: "internal-error" });
  });
});
