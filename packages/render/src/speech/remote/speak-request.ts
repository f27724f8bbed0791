import type { z } from "zod";
import { UnderstudyError, type ErrorCode } from "#model/errors.js";
import { firstIssue } from "#model/first-issue.js";
import { speakInputSchema, type SpeakInput } from "./speak-contract.js";
import type { VoiceModelName } from "./voice-models.js";
import { fromBase64 } from "./from-base64.js";

/** A recording of a voice, and on whose record it may be used. */
export interface SentSample {
  /** Where it is fetched, or the bytes of a WAV file. */
  readonly sound: { readonly url: string } | { readonly wav: Uint8Array };
  /** What is said in it, word for word. */
  readonly text: string;
  /** `consent_` and 16 hex digits. */
  readonly consentId: string;
  /** `consentCommitment()` of the record. */
  readonly consentCommitment?: string;
}

/** A request as an engine works with it; see `speakInputSchema` for what the fields mean. */
export interface SpeakRequest {
  readonly script: string;
  readonly model: VoiceModelName;
  readonly sample?: SentSample;
  /** A voice of the engine's own. */
  readonly speaker?: string;
  readonly pitchHertz?: number;
  readonly seed?: number;
  /** Never together with `targetSeconds`. */
  readonly speed?: number;
  readonly targetSeconds?: number;
  /** Where the sound is PUT; undefined means that the answer holds it. */
  readonly putUrl?: string;
}

/**
 * Reads a request. Messages name fields and never their values.
 * @throws UnderstudyError `bad-script`, `bad-voice-sample` and `consent-required` for those fields, `unsupported-engine` for a model
 * without a name here, `bad-usage` for the rest.
 */
export function parseSpeakInput(value: unknown): SpeakRequest {
  const parsed = speakInputSchema.safeParse(value);
  if (!parsed.success) throw badInput(parsed.error);
  const input = parsed.data;
  const { speaker, seed, speed } = input;
  return {
    script: input.script,
    model: input.engine,
    ...(input.voice !== undefined && { sample: sampleOf(input.voice) }),
    ...(speaker !== undefined && { speaker }),
    ...(input.pitch_hertz !== undefined && { pitchHertz: input.pitch_hertz }),
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
    ...(input.target_seconds !== undefined && { targetSeconds: input.target_seconds }),
    ...(input.put_url !== undefined && { putUrl: input.put_url }),
  };
}

/**
 * Spells a request for the wire.
 * @throws UnderstudyError as `parseSpeakInput` would.
 */
export function writeSpeakInput(request: SpeakRequest): SpeakInput {
  const { script, model, sample, speaker, pitchHertz, seed, speed, targetSeconds, putUrl } = request;
  const parsed = speakInputSchema.safeParse({
    task: "speak",
    version: 1,
    script,
    language: "en",
    engine: model,
    ...(sample !== undefined && { voice: writeSample(sample) }),
    ...(speaker !== undefined && { speaker }),
    ...(pitchHertz !== undefined && { pitch_hertz: pitchHertz }),
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
    ...(targetSeconds !== undefined && { target_seconds: targetSeconds }),
    ...(putUrl !== undefined && { put_url: putUrl }),
  });
  if (parsed.success) return parsed.data;
  throw badInput(parsed.error);
}

function sampleOf(voice: NonNullable<SpeakInput["voice"]>): SentSample {
  const { ref_url: url, ref_audio: audio, consent_commitment: consentCommitment } = voice;
  const wav = audio === undefined ? undefined : fromBase64(audio);
  if (url === undefined && wav === undefined) {
    throw new UnderstudyError("bad-voice-sample", "The speak request is not valid at voice.ref_audio: no base64.");
  }
  return {
    sound: url === undefined ? { wav: wav! } : { url },
    text: voice.ref_text,
    consentId: voice.consent_id,
    ...(consentCommitment !== undefined && { consentCommitment }),
  };
}

function writeSample({ sound, text, consentId, consentCommitment }: SentSample): SpeakInput["voice"] {
  return {
    ...("url" in sound ? { ref_url: sound.url } : { ref_audio: Buffer.from(sound.wav).toString("base64") }),
    ref_text: text,
    consent_id: consentId,
    ...(consentCommitment !== undefined && { consent_commitment: consentCommitment }),
  };
}

function badInput(error: z.ZodError): UnderstudyError {
  const [field, part] = error.issues[0]?.path ?? [];
  const [code, hint] = remedyFor(field, part);
  return new UnderstudyError(code, `The speak request is not valid at ${firstIssue(error)}.`, {
    ...(hint !== undefined && { hint }),
  });
}

/** Without a hint, the code's own will do. */
function remedyFor(field: PropertyKey | undefined, part: PropertyKey | undefined): [ErrorCode, string?] {
  if (field === "script") return ["bad-script"];
  if (field === "voice" && String(part).startsWith("consent")) {
    return ["consent-required", "Send the id of the record in which the person agreed to be spoken for."];
  }
  if (field === "voice") return ["bad-voice-sample"];
  if (field === "engine") return ["unsupported-engine", "Name an engine of docs/worker.md, such as flite."];
  return ["bad-usage", "Send a request as docs/worker.md describes it: speak, version 1."];
}
