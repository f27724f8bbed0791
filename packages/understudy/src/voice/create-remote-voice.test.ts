import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import {
  createFliteEngine,
  encodeWave,
  engineFailureOf,
  parseSpeakInput,
  readScript,
  UnderstudyError,
  writeSpeakOutput,
  type Speech,
  type SpeechOrder,
} from "@understudy/render";
import { JobFailure, type JobContext } from "@understudy/runpod/worker";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRemoteVoice, type RemoteVoiceOptions } from "./create-remote-voice.js";
import { openVoiceEngine } from "./open-voice-engine.js";
import { openVoiceLab, type VoiceLab } from "./testing/voice-lab.js";

type Answer = (input: unknown, context: JobContext) => unknown;

let lab: VoiceLab;
let answer: Answer;
let asked: unknown[];

beforeAll(async () => {
  lab = await openVoiceLab(({ input }, context) => {
    asked.push(input);
    return answer(input, context) as Promise<unknown>;
  });
});
afterAll(() => lab.close());
beforeEach(() => {
  asked = [];
  answer = () => output();
});

const tokens = readScript("Hello there, you.");
const sample = { samples: Float32Array.from([0, 0.5, -0.5]), sampleRateHz: 16_000, text: "what I say" };
const consentId = "consent_0123456789abcdef";

/** A second of a tone, with words in it. */
const speech: Speech = {
  samples: Float32Array.from({ length: 16_000 }, (_, i) => (Math.round(8000 * Math.sin(i / 10)) + 0) / 32_768),
  sampleRateHz: 16_000,
  words: [0, 1, 2].map((tokenIndex) => ({
    tokenIndex,
    startSeconds: tokenIndex / 4,
    endSeconds: tokenIndex / 4 + 0.125,
  })),
  cloned: true,
  engine: "chatterbox 1.0",
  weightsLicence: "MIT",
  seed: 3,
};

function output(parts: Partial<Speech> = {}) {
  const said = { ...speech, ...parts };
  const wav = encodeWave(said);
  return writeSpeakOutput(said, tokens, { sha256: createHash("sha256").update(wav).digest("hex"), wav });
}

function voice(parts: Partial<RemoteVoiceOptions> = {}) {
  const { endpoint, apiKey } = lab;
  const policy = parseAddressPolicy(["loopback"]);
  return createRemoteVoice({ model: "chatterbox", endpoint, apiKey, isCommercial: false, policy, ...parts });
}

function order(parts: Partial<SpeechOrder> = {}): SpeechOrder {
  return { tokens, sample, consentId, signal: new AbortController().signal, ...parts };
}

const refusal = (code: string, message: string) =>
  expect.objectContaining({ name: "UnderstudyError", code, message: expect.stringContaining(message) as string });

describe("a voice behind an endpoint", () => {
  it("speaks as the engine there does, word for word and sample for sample", async () => {
    expect(await voice().speak(order({ targetSeconds: 1, seed: 3 }))).toEqual({ ...speech, timing: "engine" });
    expect(parseSpeakInput(asked[0])).toEqual({
      script: "Hello there, you.",
      model: "chatterbox",
      sample: { sound: { wav: Buffer.from(encodeWave(sample)) }, text: "what I say", consentId },
      targetSeconds: 1,
      seed: 3,
    });
  });

  it("that clones nobody is sent nobody's recording", async () => {
    answer = () => output({ cloned: false, engine: "flite 2.3 slt", weightsLicence: "MIT-Festival" });
    const wish = order({ pitchHertz: 120, voice: "rms" });
    expect(await voice({ model: "flite" }).speak(wish)).toMatchObject({ cloned: false });
    expect(asked).toEqual([expect.not.objectContaining({ voice: expect.anything() as object })]);
    expect(asked).toMatchObject([{ pitch_hertz: 120, speaker: "rms" }]);
  });

  it("may answer with an address, which is fetched under the policy", async () => {
    const { audio, ...rest } = output();
    const server = createServer((request, response) =>
      request.url === "/v.wav" ? response.end(Buffer.from(audio!, "base64")) : response.writeHead(404).end(),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    answer = () => ({ ...rest, audio_url: `${url}/v.wav` });
    expect((await voice().speak(order())).samples).toEqual(speech.samples);
    const strict = voice({ policy: parseAddressPolicy([]) }).speak(order());
    await expect(strict).rejects.toEqual(refusal("voice-unavailable", "The address of 127.0.0.1 is not public."));
    answer = () => ({ ...rest, audio_url: `${url}/none?s3cret` });
    await expect(voice().speak(order())).rejects.toEqual(refusal("voice-unavailable", "(status 404)"));
    server.close();
  });

  it("whose word times cannot be believed has them found in its sound", async () => {
    const real = await createFliteEngine().speak(order());
    answer = () => ({ ...output({ ...real, cloned: false }), words: [] });
    const { words, timing } = await voice().speak(order());
    expect(timing).toBe("aligned");
    for (const [i, word] of words.entries()) expect(word.startSeconds).toBeCloseTo(real.words[i]!.startSeconds, 1);
  });
});

describe("is refused before anything is sent:", () => {
  it("weights that a commercial project may not use", () => {
    const message =
      "The voice f5-tts may not be used in a commercial project: the licence of its weights (CC-BY-NC-4.0) allows no commercial use.";
    expect(() => voice({ model: "f5-tts", isCommercial: true })).toThrow(refusal("weights-licence", message) as Error);
    expect(voice({ model: "f5-tts" })).toMatchObject({ name: "f5-tts", clones: true, weightsLicence: "CC-BY-NC-4.0" });
  });

  it.each([
    ["a clone of nobody", { sample: undefined }, "bad-voice-sample"],
    ["a clone that nobody agreed to", { consentId: undefined }, "consent-required"],
    ["a recording without its words", { sample: { ...sample, text: " " } }, "bad-voice-sample"],
    ["a consent that is none", { consentId: "Jo" }, "consent-required"],
  ])("%s", async (_what, parts, code) => {
    await expect(voice().speak(order(parts as Partial<SpeechOrder>))).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it.each([
    ["an address that is none", { endpoint: "ftp://x/y" }],
    ["http to another machine", { endpoint: "http://voice.example/v2/x" }],
    ["a key that no header carries", { apiKey: "a\nb" }],
  ])("%s", (_what, parts) => {
    expect(() => voice(parts)).toThrow(refusal("bad-config", "The voice endpoint: ") as Error);
  });
});

describe("an answer that is not as it says is no speech:", () => {
  const broken = Buffer.from("RIFF....WAVE").toString("base64");
  it.each([
    ["nothing", () => ({}), "is not valid at"],
    ["no contract", () => ({ audio: 7 }), "is not valid at"],
    ["no sound", () => ({ ...output(), audio: undefined }), "holds no sound"],
    ["other bytes", () => ({ ...output(), audio: broken }), "not what it announced"],
    [
      "other bytes of the same digest's owner",
      () => ({ ...output(), sha256: "a".repeat(64) }),
      "not what it announced",
    ],
    ["another length", () => ({ ...output(), duration_ms: 2000 }), "has 1.00 s of 16000 Hz, which is not"],
    ["another rate", () => ({ ...output(), sample_rate: 8000 }), "has 1.00 s of 16000 Hz, which is not"],
    ["silence", () => output({ samples: new Float32Array(16_000) }), "Its sound is silent."],
    [
      "no WAV",
      () => ({ ...output(), audio: broken, sha256: createHash("sha256").update("RIFF....WAVE").digest("hex") }),
      "The sound does not say how its sound is written.",
    ],
  ])("%s", async (_what, made, message) => {
    answer = made;
    await expect(voice().speak(order())).rejects.toEqual(refusal("voice-unavailable", message));
  });

  it("another licence, in a commercial project", async () => {
    answer = () => output({ engine: "f5-tts 1.1", weightsLicence: "CC-BY-NC-4.0" });
    const speaking = voice({ isCommercial: true }).speak(order());
    await expect(speaking).rejects.toEqual(refusal("weights-licence", "The voice f5-tts 1.1 may not be used"));
    expect(await voice().speak(order())).toMatchObject({ weightsLicence: "CC-BY-NC-4.0" });
  });

  it("a clone that nobody asked for", async () => {
    const speaking = voice({ model: "flite" }).speak(order());
    await expect(speaking).rejects.toEqual(refusal("voice-unavailable", "answered with a cloned voice"));
  });
});

describe("an engine that fails", () => {
  const failWith =
    (thrown: unknown): Answer =>
    () => {
      throw new JobFailure(typeof thrown === "string" ? thrown : JSON.stringify(engineFailureOf(thrown)));
    };

  it("says so in our codes, in one calm line", async () => {
    answer = failWith(new UnderstudyError("bad-voice-sample", "The sample has\n 2.1 s.", { hint: "Record 3 s." }));
    await expect(voice().speak(order())).rejects.toMatchObject({
      code: "bad-voice-sample",
      message: "The sample has 2.1 s.",
      hint: "Record 3 s.",
    });
  });

  it.each([
    ["a fault of its own", new Error("CUDA out of memory at /root/s3cret"), "The engine met a fault of its own."],
    ["a code that is not a voice's", new UnderstudyError("cancelled", "Bye."), "Bye."],
    ["a traceback", "boom Traceback (most recent call last): s3cret", "boom"],
    ["a code that we do not have", '{"code":"melted","message":"Too hot.","hint":"","retryable":true}', "Too hot."],
  ])("of %s is not available", async (_what, thrown, message) => {
    answer = failWith(thrown);
    const failure = (await voice()
      .speak(order())
      .catch((error: unknown) => error)) as UnderstudyError;
    expect(failure).toMatchObject({ code: "voice-unavailable", retryable: true });
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain("s3cret");
  });

  it("to answer with the right key is not available", async () => {
    const speaking = voice({ apiKey: "s3cret" }).speak(order());
    const failure = (await speaking.catch((error: unknown) => error)) as UnderstudyError;
    expect(failure.code).toBe("voice-unavailable");
    expect(failure.message).not.toContain("s3cret");
  });

  it.each(["deadline", "cancel"])("to end in time is told to stop, after a %s", async (end) => {
    const controller = new AbortController();
    const stopped = new Promise<void>((resolve) => {
      answer = (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            resolve();
            reject(new Error("stopped"));
          });
          if (end === "cancel") controller.abort(new Error("enough"));
        });
    });
    const speaking = voice({ timeoutSeconds: end === "cancel" ? 600 : 0.1 }).speak(
      order({ signal: controller.signal }),
    );
    await expect(speaking).rejects.toMatchObject(
      end === "cancel" ? { message: "enough" } : { code: "deadline-exceeded" },
    );
    await stopped;
  });
});

describe("the voice that is configured", () => {
  const policy = parseAddressPolicy([]);
  it("is the one built in, unless there is an endpoint", () => {
    expect(openVoiceEngine({ model: "flite", isCommercial: true, policy })).toMatchObject({ name: "flite" });
    const remote = openVoiceEngine({ model: "pocket-tts", endpoint: "abc", apiKey: "k", isCommercial: true, policy });
    expect(remote).toMatchObject({ name: "pocket-tts", clones: true, weightsLicence: "CC-BY-4.0" });
  });

  it.each([
    ["a model without an endpoint", { model: "chatterbox" as const }],
    ["an endpoint without a key", { model: "chatterbox" as const, endpoint: "abc" }],
  ])("is not %s", (_what, choice) => {
    const wrong = expect.objectContaining({ code: "bad-config" }) as Error;
    expect(() => openVoiceEngine({ ...choice, isCommercial: false, policy })).toThrow(wrong);
  });
});
