import type { Send } from "#http/send.js";
import type { Clock } from "./clock.js";
import type { RunPodClientError } from "./errors.js";
import type { Target } from "./target.js";

/** What all requests of one client share. */
export interface Link {
  readonly target: Target;
  readonly send: Send;
  readonly clock: Clock;
  readonly patienceMs: number;
  readonly longPollMs: number;
  readonly maxAnswerBytes: number;
  readonly onRetry: (error: RunPodClientError) => void;
  /** `hasStatusSync`: false once the endpoint has shown that it lacks `/status-sync`. */
  readonly memory: { hasStatusSync: boolean };
}

/** One operation of the job API. */
export interface Question {
  readonly method: "GET" | "POST";
  /** First word of the path. */
  readonly operation: string;
  readonly jobId?: string;
  /** Whether the job was seen at this endpoint before: a 404 means that it is gone. */
  readonly isKnown?: boolean;
  /** Milliseconds that the endpoint may hold its answer. */
  readonly waitMs?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What may be sent a second time: `always`, or only `unless-accepted`, when the endpoint surely did nothing: no connection
   * was made, or it answered 429 or 503.
   */
  readonly repeat: "always" | "unless-accepted";
  /** When to give up, on the link's clock; default after its patience and `waitMs`. */
  readonly deadline?: number;
  readonly signal?: AbortSignal | undefined;
}
