import { GuardedFetchError, request, type AddressPolicy } from "@understudy/guarded-fetch";
import { maxSpeechBytes, type SpeakAnswer } from "@understudy/render";
import { noVoice } from "./voice-failure.js";

/** 60 MiB at 4 Mbit/s. */
const totalMs = 120_000;

/**
 * The bytes of an answer's sound. Addresses are somebody else's: they lead to public ones, and to those of the policy.
 * @throws UnderstudyError `voice-unavailable`; the signal's reason after a cancel.
 */
export async function fetchSpeech(
  sound: SpeakAnswer["sound"],
  { policy, signal }: { readonly policy: AddressPolicy; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  if (sound === undefined) throw noVoice("Its answer holds no sound.");
  if ("wav" in sound) return sound.wav;
  const limits = { maxBytes: maxSpeechBytes, totalMs };
  const { status, body } = await request(sound.url, { policy, signal, limits }).catch((thrown: unknown) => {
    if (!(thrown instanceof GuardedFetchError)) throw thrown;
    throw noVoice(`Its sound could not be fetched: ${thrown.message}`, thrown);
  });
  if (status !== 200) throw noVoice(`Its sound could not be fetched (status ${status}).`);
  return body;
}
