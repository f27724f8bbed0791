import { hostedLimits, waitParameter } from "#protocol.js";
import type { EndpointReply, EndpointRequest } from "./http.js";
import type { Leftovers } from "./leftovers.js";
import { Refusal } from "./replies.js";
import type { Settings } from "./settings.js";
import type { JsonText } from "./stores/job-record.js";
import type { JobStore } from "./stores/job-store.js";
import type { TakePool } from "./take-pool.js";
import type { Topics } from "./topics.js";
import type { WorkerBook } from "./worker-book.js";

/** What the handlers of one endpoint share. */
export interface Shared {
  readonly settings: Settings;
  readonly store: JobStore;
  readonly topics: Topics;
  readonly takePool: TakePool;
  readonly book: WorkerBook;
  readonly leftoverChunks: Leftovers<JsonText>;
  readonly leftoverStops: Leftovers<string>;
  readonly isClosing: () => boolean;
}

/** One request that was let through. */
export interface Call {
  readonly query: URLSearchParams;
  readonly headers: EndpointRequest["headers"];
  readonly signal: AbortSignal;
  /** @throws BodyTooLarge above the route's limit. */
  readBody(): Promise<Uint8Array>;
}

/** Answers a call; `ids` are as many as its route says. @throws Refusal, BodyTooLarge or StoreFailure */
export type Handler = (shared: Shared, call: Call, ...ids: readonly string[]) => Promise<EndpointReply>;

/** Milliseconds of `wait=`; shorter than the hosted 1 000 is taken as asked, longer is cut. @throws Refusal for no number. */
export function waitMsOf(query: URLSearchParams, defaultMs: number): number {
  const text = query.get(waitParameter);
  if (text === null) return defaultMs;
  const waitMs = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(waitMs)) throw new Refusal(400, `\`${waitParameter}\` must be a number of milliseconds.`);
  return Math.min(Math.max(0, waitMs), hostedLimits.maxWaitMs);
}
