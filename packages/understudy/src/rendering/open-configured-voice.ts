import { UnderstudyError, type VoiceEngine } from "@understudy/render";
import { clientVariables } from "@understudy/runpod/protocol";
import type { CliIo } from "#cli/io.js";
import { addressesOf } from "#config/addresses.js";
import type { Config } from "#config/index.js";

/**
 * Opens the voice that is configured; nothing is sent before it speaks. What reaches an endpoint is loaded only here.
 * @returns undefined for the one that is built in.
 * @throws UnderstudyError `bad-config` for an endpoint without a key, `weights-licence` for a model that a commercial project
 * may not use.
 */
export async function openConfiguredVoice(
  config: Pick<Config, "voice" | "project" | "network">,
  env: CliIo["env"],
): Promise<VoiceEngine | undefined> {
  const { engine, model } = config.voice;
  if (engine === "flite") return undefined;
  const apiKey = env[clientVariables.apiKey];
  if (apiKey === undefined || apiKey === "") {
    throw new UnderstudyError("bad-config", "The voice endpoint has no key.", {
      hint: `Set ${clientVariables.apiKey}, or speak with the voice that is built in: --voice-engine flite.`,
    });
  }
  const { parseAddressPolicy } = await import("@understudy/guarded-fetch");
  const { openVoiceEngine } = await import("#voice/index.js");
  return openVoiceEngine({
    model,
    endpoint: engine.slice("endpoint:".length),
    apiKey,
    isCommercial: config.project.commercial,
    policy: parseAddressPolicy(addressesOf(config)),
  });
}
