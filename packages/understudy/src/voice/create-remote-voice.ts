import type { AddressPolicy } from "@understudy/guarded-fetch";
import {
  assertVoiceLicence,
  encodeWave,
  parseSpeakOutput,
  UnderstudyError,
  voiceModels,
  writeSpeakInput,
  type SentSample,
  type SpeechOrder,
  type VoiceEngine,
  type VoiceModelName,
} from "@understudy/render";
import { createClient, RunPodClientError, type Client } from "@understudy/runpod/client";
import { fetchSpeech } from "./fetch-speech.js";
import { readSpeech, type RemoteSpeech } from "./read-speech.js";
import { runVoiceJob } from "./run-voice-job.js";

/** A voice behind an endpoint. */
export interface RemoteVoiceOptions {
  readonly model: VoiceModelName;
  /** A RunPod endpoint's id, or the whole URL of any that speaks its protocol: https, or this machine. */
  readonly endpoint: string;
  readonly apiKey: string;
  /** Whether the videos earn money: weights whose licence forbids that, or that is not known, are refused. */
  readonly isCommercial: boolean;
  /** Where addresses that an engine answers with may lead. */
  readonly policy: AddressPolicy;
  /** Longest time for one passage, waiting in the endpoint's queue included; default 600. */
  readonly timeoutSeconds?: number;
}

/** A voice engine that also says where its times are from. */
export interface RemoteVoice extends VoiceEngine {
  speak(order: SpeechOrder): Promise<RemoteSpeech>;
}

/**
 * A voice that speaks somewhere else, under the voice contract (`docs/worker.md`). It sends the script, and for a clone the sample
 * and the id of the consent; nothing else leaves the machine.
 *
 * `speak` throws UnderstudyError `voice-unavailable` when the endpoint refuses, cannot be reached, fails or answers with nonsense,
 * `deadline-exceeded`, `weights-licence` for an answer, `bad-voice-sample` and `consent-required` for an order that a clone cannot
 * be made from, and what the engine itself says in our codes; the signal's reason after a cancel, which the endpoint is told of.
 * @throws UnderstudyError `weights-licence` before anything is sent, `bad-config` for an endpoint or a key that is none.
 */
export function createRemoteVoice(options: RemoteVoiceOptions): RemoteVoice {
  const { model, isCommercial, policy, timeoutSeconds = 600 } = options;
  const facts = voiceModels[model];
  assertVoiceLicence(model, facts.weightsLicence, isCommercial);
  const client = openClient(options);
  return {
    name: model,
    ...facts,
    async speak(order) {
      const { tokens, signal } = order;
      const input = writeSpeakInput(requestOf(order, model));
      const output = await runVoiceJob(client, input, { signal, timeoutSeconds });
      const answer = parseSpeakOutput(output);
      // Before the sound is fetched: it must not be used.
      assertVoiceLicence(answer.engine, answer.weightsLicence, isCommercial);
      if (answer.cloned && !facts.clones) throw unaskedClone(model);
      const wav = await fetchSpeech(answer.sound, { policy, signal });
      return readSpeech(answer, wav, { tokens, signal });
    },
  };
}

function openClient({ endpoint, apiKey }: RemoteVoiceOptions): Client {
  try {
    return createClient({ endpoint, key: apiKey });
  } catch (thrown) {
    if (!(thrown instanceof RunPodClientError)) throw thrown;
    const hint =
      thrown.code === "insecure-url" ? "Give an https address; http is for this machine alone." : thrown.hint;
    throw new UnderstudyError("bad-config", `The voice endpoint: ${thrown.message}`, { hint });
  }
}

function requestOf(order: SpeechOrder, model: VoiceModelName) {
  const { tokens, voice, targetSeconds, pitchHertz, seed } = order;
  const sample = voiceModels[model].clones ? sampleOf(order, model) : undefined;
  return {
    // The tokens' displays, with spaces between, are the script.
    script: tokens.map(({ display }) => display).join(" "),
    model,
    ...(sample !== undefined && { sample }),
    ...(voice !== undefined && { speaker: voice }),
    ...(targetSeconds !== undefined && { targetSeconds }),
    ...(pitchHertz !== undefined && { pitchHertz }),
    ...(seed !== undefined && { seed }),
  };
}

/** What a clone is made from; a voice that does not clone is sent nobody's. */
function sampleOf({ sample, consentId }: SpeechOrder, model: VoiceModelName): SentSample {
  if (sample === undefined) {
    throw new UnderstudyError("bad-voice-sample", `The voice ${model} clones a voice, and there is no sample of one.`);
  }
  if (consentId === undefined) {
    throw new UnderstudyError("consent-required", `The voice ${model} clones a voice, and nobody's consent is named.`);
  }
  return { sound: { wav: encodeWave(sample) }, text: sample.text, consentId };
}

function unaskedClone(model: VoiceModelName): UnderstudyError {
  const message = `The voice ${model} clones nobody, but its endpoint answered with a cloned voice.`;
  return new UnderstudyError("voice-unavailable", message);
}
