import { describe, expect, it, test } from "vitest";
import type { UnderstudyError } from "#model/errors.js";
import { readScript } from "#speech/text/read-script.js";
import type { Speech } from "#speech/voice-engine.js";
import { parseSpeakOutput, writeSpeakOutput } from "./speak-answer.js";
import { parseSpeakInput, writeSpeakInput, type SpeakRequest } from "./speak-request.js";
import { assertVoiceLicence, voiceModels } from "./voice-models.js";
import { encodeWave } from "./wave.js";

const consent = { consent_id: "consent_0123456789abcdef" };
const wav = encodeWave({ samples: new Float32Array(8), sampleRateHz: 16_000 });
const refAudio = Buffer.from(wav).toString("base64");
const small = { task: "speak", version: 1, script: "Hello there.", language: "en", engine: "flite" };
const voice = { ref_audio: refAudio, ref_text: "what I say", ...consent };

const request: SpeakRequest = {
  script: "Hello there.",
  model: "chatterbox",
  sample: {
    sound: { wav: Buffer.from(wav) },
    text: "what I say",
    consentId: consent.consent_id,
    consentCommitment: "a".repeat(64),
  },
  speaker: "amy",
  pitchHertz: 180,
  seed: 7,
  targetSeconds: 2.5,
  putUrl: "https://files.example/put?s=1",
};

describe("a request", () => {
  it("is on the other side what it was on this one", () => {
    expect(parseSpeakInput(JSON.parse(JSON.stringify(writeSpeakInput(request))))).toEqual(request);
    const short: SpeakRequest = { script: "Hi.", model: "flite", speed: 1.1 };
    expect(parseSpeakInput(writeSpeakInput(short))).toEqual(short);
    const sample = { sound: { url: "https://a.example/v.mp3" }, text: "hm", consentId: consent.consent_id };
    expect(parseSpeakInput(writeSpeakInput({ ...short, sample }))).toEqual({ ...short, sample });
  });

  it.each([
    ["no script", { script: undefined }, "bad-script"],
    ["an empty script", { script: "" }, "bad-script"],
    ["a script that is too long", { script: "a ".repeat(2501) }, "bad-script"],
    ["an unknown engine", { engine: "shouter" }, "unsupported-engine"],
    ["another language", { language: "fr" }, "bad-usage"],
    ["another version", { version: 2 }, "bad-usage"],
    ["a misspelt wish", { target_second: 3 }, "bad-usage"],
    ["two wishes for one length", { speed: 1.1, target_seconds: 3 }, "bad-usage"],
    ["a length without end", { target_seconds: 1e9 }, "bad-usage"],
    ["a place that is no address", { put_url: "file:///etc/s3cret" }, "bad-usage"],
    ["a blank text of the recording", { voice: { ...voice, ref_text: " \n" } }, "bad-voice-sample"],
    ["no text of the recording", { voice: { ...voice, ref_text: undefined } }, "bad-voice-sample"],
    ["no recording", { voice: { ...voice, ref_audio: undefined } }, "bad-voice-sample"],
    ["two recordings", { voice: { ...voice, ref_url: "https://a.example/v" } }, "bad-voice-sample"],
    ["a recording that is no base64", { voice: { ...voice, ref_audio: "s3cret!" } }, "bad-voice-sample"],
    ["base64 with a tail", { voice: { ...voice, ref_audio: `${refAudio}=s3cret` } }, "bad-voice-sample"],
    ["a recording of any size", { voice: { ...voice, ref_audio: "A".repeat(4_000_004) } }, "bad-voice-sample"],
    ["nobody's consent", { voice: { ...voice, consent_id: undefined } }, "consent-required"],
    ["a name for a consent", { voice: { ...voice, consent_id: "s3cret" } }, "consent-required"],
  ])("with %s is refused, and the message names the field alone", (_what, parts, code) => {
    const wrong = expect.objectContaining({
      code,
      message: expect.stringMatching(/^The speak request is not valid at (?!.*s3cret)/) as string,
    }) as Error;
    expect(() => parseSpeakInput({ ...small, ...parts })).toThrow(wrong);
  });

  it.each([[undefined], [null], [7], ["text"], [[]]])("%j is none", (value) => {
    expect(() => parseSpeakInput(value)).toThrow(expect.objectContaining({ code: "bad-usage" }) as Error);
  });
});

const tokens = readScript("Hello there.");
const speech: Speech = {
  samples: new Float32Array(16_000),
  sampleRateHz: 16_000,
  words: [
    { tokenIndex: 0, startSeconds: 0.1234567, endSeconds: 0.4 },
    { tokenIndex: 1, startSeconds: 0.5, endSeconds: 1 },
  ],
  cloned: true,
  engine: "chatterbox 1.0",
  weightsLicence: "MIT",
  seed: 3,
};
const output = writeSpeakOutput(speech, tokens, { sha256: "b".repeat(64), wav });

describe("an answer", () => {
  it("is on this side what it was on the other one, to the microsecond", () => {
    expect(parseSpeakOutput(JSON.parse(JSON.stringify(output)))).toEqual({
      sound: { wav: Buffer.from(wav) },
      sha256: "b".repeat(64),
      sampleRateHz: 16_000,
      durationSeconds: 1,
      seed: 3,
      engine: "chatterbox 1.0",
      cloned: true,
      weightsLicence: "MIT",
      words: [
        { tokenIndex: 0, text: "Hello", startSeconds: expect.closeTo(0.123457, 9) as number, endSeconds: 0.4 },
        { tokenIndex: 1, text: "there.", startSeconds: 0.5, endSeconds: 1 },
      ],
    });
    const put = writeSpeakOutput(speech, tokens, { sha256: "b".repeat(64) });
    expect(parseSpeakOutput(put).sound).toBeUndefined();
    expect(parseSpeakOutput({ ...put, audio_url: "https://a.example/v.wav", device: "a newer word" }).sound).toEqual({
      url: "https://a.example/v.wav",
    });
    expect(parseSpeakOutput({ ...put, words: undefined }).words).toEqual([]);
  });

  it.each([
    ["nothing", undefined],
    ["a stack trace", "Traceback (most recent call last): s3cret"],
    ["no digest", { ...output, sha256: undefined }],
    ["two sounds", { ...output, audio_url: "https://a.example/v.wav" }],
    ["no base64", { ...output, audio: "s3cret!" }],
    ["a file of the machine", { ...output, audio: undefined, audio_url: "file:///s3cret" }],
    ["a rate that nobody plays", { ...output, sample_rate: 4_000_000 }],
    ["no length", { ...output, duration_ms: 0 }],
    ["a length without end", { ...output, duration_ms: 1e12 }],
    ["an engine's name with a line break", { ...output, engine: "a\ns3cret" }],
    ["no licence", { ...output, weights_licence: "" }],
    ["a word before the beginning", { ...output, words: [{ i: 0, text: "Hello", start_ms: -1, end_ms: 2 }] }],
    ["a time that is no number", { ...output, words: [{ i: 0, text: "Hello", start_ms: "0", end_ms: 2 }] }],
    ["words without end", { ...output, words: Array.from({ length: 5001 }, () => output.words[0]) }],
  ])("of %s is refused in one sentence", (_what, value) => {
    const wrong = expect.objectContaining({
      code: "voice-unavailable",
      message: expect.stringMatching(/^The voice engine's answer is not valid at (?!.*s3cret).*\.$/) as string,
    }) as Error;
    expect(() => parseSpeakOutput(value)).toThrow(wrong);
  });
});

test("a commercial project is refused what may not earn money, and what nobody here knows, with the reason", () => {
  const { weightsLicence } = voiceModels["f5-tts"];
  expect(reasonFor(weightsLicence)).toBe("(CC-BY-NC-4.0) allows no commercial use.");
  expect(reasonFor("research-only")).toBe("(research-only) is for research only.");
  expect(reasonFor("NOASSERTION")).toBe("(NOASSERTION) is not known.");
  expect(reasonFor("LicenseRef-mine")).toBe("(LicenseRef-mine) is not known to allow it.");
  for (const model of ["flite", "chatterbox", "pocket-tts"] as const) {
    expect(reasonFor(voiceModels[model].weightsLicence)).toBeUndefined();
  }
  expect(() => assertVoiceLicence("v", weightsLicence, false)).not.toThrow();
});

function reasonFor(licence: string): string | undefined {
  try {
    assertVoiceLicence("v", licence, true);
    return undefined;
  } catch (thrown) {
    const { code, message } = thrown as UnderstudyError;
    return code === "weights-licence" ? message.replace(/^.*weights /, "") : message;
  }
}
