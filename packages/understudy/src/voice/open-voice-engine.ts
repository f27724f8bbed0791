import { createFliteEngine, UnderstudyError, type VoiceEngine, type VoiceModelName } from "@understudy/render";
import { createRemoteVoice, type RemoteVoiceOptions } from "./create-remote-voice.js";

/** Which voice speaks. Without an endpoint it is the one that is built in. */
export interface VoiceChoice extends Pick<RemoteVoiceOptions, "isCommercial" | "policy" | "timeoutSeconds"> {
  readonly model: VoiceModelName;
  /** A RunPod endpoint's id, or the whole URL of any that speaks its protocol. */
  readonly endpoint?: string | undefined;
  /** The endpoint's key. */
  readonly apiKey?: string | undefined;
}

/**
 * Opens the voice that is configured; nothing is sent before it speaks.
 * @throws UnderstudyError `bad-config` for an endpoint without a key or a model without an endpoint, `weights-licence`.
 */
export function openVoiceEngine(choice: VoiceChoice): VoiceEngine {
  const { model, endpoint, apiKey } = choice;
  if (endpoint === undefined) {
    if (model === "flite") return createFliteEngine();
    throw new UnderstudyError("bad-config", `The voice ${model} speaks behind an endpoint, and none is set.`);
  }
  if (apiKey === undefined) throw new UnderstudyError("bad-config", "The voice endpoint has no key.");
  return createRemoteVoice({ ...choice, endpoint, apiKey });
}
