import type { StopReply } from "#protocol.js";
import { backOffMs, sleep } from "./back-off.js";
import type { Log } from "./log.js";
import type { Nudge } from "./nudge.js";
import type { Pace } from "./seams.js";
import { inWords, type Sender, type Sent } from "./send.js";

/** What listening for stops needs. */
export interface StopChannel {
  /** Undefined: there is none. */
  readonly url: string | undefined;
  readonly sender: Sender;
  /** Aborted: nothing is left to stop. */
  readonly ended: AbortSignal;
  readonly pace: Pace;
  readonly log: Log;
  readonly stop: (jobId: string) => void;
  /** A job has come: the endpoint is there, however often stops could not be read. */
  readonly nudge: Nudge;
}

/** Listens for jobs to stop. A server that does not know the route (404) is never asked again. */
export async function listenForStops({ url, sender, ended, pace, log, stop, nudge }: StopChannel): Promise<void> {
  if (url === undefined) {
    log({ level: "debug", message: "The server's URLs have no stop channel: jobs cannot be stopped one by one." });
    return;
  }
  let failures = 0;
  while (!ended.aborted) {
    const startedMs = performance.now();
    const sent = await sender.send({ method: "GET", url, timeoutMs: pace.pollTimeoutMs, unlessReplied: ended });
    const answer = readStops(sent);
    if (answer.kind === "none-such") {
      log({ level: "debug", message: "The server has no stop channel: jobs cannot be stopped one by one." });
      return;
    }
    if (answer.kind === "failed") {
      failures++;
      if (failures === 1) log({ level: "debug", message: `Stops cannot be read (${inWords(sent)}).` });
      await sleep(Math.max(answer.retryAfterMs ?? 0, backOffMs(failures, pace)), nudge.next());
      continue;
    }
    failures = 0;
    for (const jobId of answer.jobIds) stop(jobId);
    // A server that does not hold the poll open would be asked without end.
    const wasHeld = answer.jobIds.length > 0 || performance.now() - startedMs >= pace.stopPauseMs;
    if (!wasHeld) await sleep(pace.stopPauseMs, ended);
  }
}

type Stops =
  | { readonly kind: "stops"; readonly jobIds: readonly string[] }
  | { readonly kind: "none-such" }
  | { readonly kind: "failed"; readonly retryAfterMs?: number };

function readStops(sent: Sent): Stops {
  if (sent.kind === "failed") {
    return sent.why === "timeout" || sent.why === "aborted" ? { kind: "stops", jobIds: [] } : { kind: "failed" };
  }
  const { status, text, retryAfterMs } = sent;
  if (status === 204) return { kind: "stops", jobIds: [] };
  if (status === 404) return { kind: "none-such" };
  const jobIds = status === 200 ? readJobIds(text) : undefined;
  if (jobIds !== undefined) return { kind: "stops", jobIds };
  return { kind: "failed", ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function readJobIds(text: string): readonly string[] | undefined {
  try {
    const { jobsToStop } = JSON.parse(text) as Partial<StopReply>;
    return Array.isArray(jobsToStop) ? jobsToStop.filter((jobId) => typeof jobId === "string") : undefined;
  } catch {
    return undefined;
  }
}
