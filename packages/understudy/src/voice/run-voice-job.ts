import { UnderstudyError } from "@understudy/render";
import { RunPodClientError, type Client, type JobHandle } from "@understudy/runpod/client";
import { hostedLimits } from "@understudy/runpod/protocol";
import { failureOfJob, noVoice } from "./voice-failure.js";

/** How long a job is waited for. */
export interface VoiceJobRules {
  readonly signal: AbortSignal;
  /** Queue included. */
  readonly timeoutSeconds: number;
}

/** Time in which an endpoint hears that nobody waits for a job any more. */
const cancelMs = 5000;

/**
 * Hands a job to an endpoint and waits for its output, through lost connections and restarts of the endpoint. Whoever stops waiting
 * tells the endpoint, so that nothing more is paid for.
 * @throws UnderstudyError `voice-unavailable`, `deadline-exceeded`, what the engine says in our codes; the signal's reason after a
 * cancel.
 */
export async function runVoiceJob(
  client: Client,
  input: unknown,
  { signal, timeoutSeconds }: VoiceJobRules,
): Promise<unknown> {
  const timeoutMs = Math.round(1000 * timeoutSeconds);
  const startedMs = performance.now();
  let job: JobHandle | undefined;
  try {
    signal.throwIfAborted();
    const executionTimeout = Math.max(hostedLimits.minExecutionTimeoutMs, timeoutMs);
    job = await client.run(input, { signal, policy: { executionTimeout } });
    const ended = await job.wait({ signal, timeoutMs: Math.max(1, startedMs + timeoutMs - performance.now()) });
    if (ended.status === "COMPLETED") return ended.output;
    job = undefined;
    throw failureOfJob(ended);
  } catch (thrown) {
    await job?.cancel({ signal: AbortSignal.timeout(cancelMs) }).catch(() => undefined);
    signal.throwIfAborted();
    throw inOurWords(thrown, timeoutSeconds);
  }
}

function inOurWords(thrown: unknown, timeoutSeconds: number): unknown {
  if (!(thrown instanceof RunPodClientError)) return thrown;
  if (thrown.code !== "wait-timeout") return noVoice(thrown.message, thrown);
  return new UnderstudyError("deadline-exceeded", `The voice endpoint gave no speech within ${timeoutSeconds} s.`, {
    hint: "Look at the endpoint's queue and its workers, then try again.",
  });
}
