import { GuardedFetchError, request, type AddressPolicy } from "@understudy/guarded-fetch";
import type { BriefWebhookBody } from "@understudy/understudy";
import type { WorkClock } from "./clock.js";
import type { StageShare } from "./deadline.js";

/** Deliveries in all; between them 1 s, then 4 s, where that much time is left. */
const attempts = 3;
const pauseMs = [1_000, 4_000] as const;

/** What delivering a webhook takes. */
export interface WebhookTools {
  readonly policy: AddressPolicy;
  readonly clock: WorkClock;
  /** Without addresses: they carry the scenario's secret. */
  readonly log: (message: string) => void;
}

/**
 * Posts the brief's body, byte for byte the same each time. Broken connections, 408, 425, 429 and 5xx are tried again.
 * @returns whether the receiver took it; never throws, because a job does not fail for its webhook.
 */
export async function postWebhook(
  url: string,
  body: BriefWebhookBody,
  { signal, remainingMs }: StageShare,
  { policy, clock, log }: WebhookTools,
): Promise<boolean> {
  const endMs = clock.nowMs() + remainingMs;
  const message = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    policy,
    signal,
  } as const;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const totalMs = Math.max(1, Math.floor((endMs - clock.nowMs()) / (attempts - attempt + 1)));
    const outcome = await send(url, { ...message, limits: { totalMs } });
    if (outcome === "taken") return true;
    log(`The webhook was not delivered (${outcome.why}), attempt ${attempt} of ${attempts}.`);
    const pause = Math.min(pauseMs[attempt - 1] ?? 0, (endMs - clock.nowMs()) / 4);
    if (outcome.isFinal || attempt === attempts) return false;
    const isOver = await clock.pause(Math.max(0, pause), signal).then(
      () => false,
      () => true,
    );
    if (isOver) return false;
  }
  return false;
}

type Outcome = "taken" | { readonly why: string; readonly isFinal: boolean };

async function send(url: string, message: Parameters<typeof request>[1]): Promise<Outcome> {
  try {
    const { status } = await request(url, message);
    return outcomeOf(status);
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) return { why: "no time is left", isFinal: true };
    // The receiver had answered; what it wrote below is of no use.
    if (thrown.status !== undefined) return outcomeOf(thrown.status);
    return { why: `${thrown.code}: ${thrown.message}`, isFinal: !thrown.retryable };
  }
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return "taken";
  return { why: `status ${status}`, isFinal: status < 500 && ![408, 425, 429].includes(status) };
}
