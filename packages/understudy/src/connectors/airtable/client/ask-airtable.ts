import { GuardedFetchError, request, type RequestAnswer, type RequestOptions } from "@understudy/guarded-fetch";
import type { z } from "zod";
import type { AirtableClientOptions } from "./airtable-client.js";
import { AirtableFailure } from "./airtable-failure.js";
import { errorTypeOf, monthlyLimit, readAnswer } from "./read-answer.js";

/** One request to Airtable. */
export interface Question {
  /** The base that it counts for; undefined: none. */
  readonly baseId?: string;
  /** Default `GET`. */
  readonly method?: NonNullable<RequestOptions["method"]>;
  /** Behind `/v0/`, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly isUpload?: boolean;
}

/** Asks, and reads the answer. @throws AirtableFailure, and the signal's reason. */
export type AskAirtable = <T>(question: Question, schema: z.ZodType<T>) => Promise<T>;

/** How long Airtable refuses everything after a 429, in milliseconds. */
const penaltyMs = 30_000;

/** Airtable gives up by itself within half a minute; an upload has 7 MB. */
const limits = { maxBytes: 8 * 2 ** 20, idleMs: 30_000, totalMs: 120_000 };

/** Makes whoever asks. Only a 429 is asked again, after the penalty. */
export function createAsk(options: AirtableClientOptions): AskAirtable {
  return async (question, schema) => readAnswer(await answerInTurn(question, options), schema);
}

async function answerInTurn(question: Question, options: AirtableClientOptions): Promise<RequestAnswer> {
  const { baseId } = question;
  if (baseId === undefined) return answerOf(question, options);
  for (;;) {
    await options.pace.wait(baseId, options.signal);
    const answer = await answerOf(question, options);
    if (answer.status !== 429 || errorTypeOf(answer) === monthlyLimit) return answer;
    const milliseconds = Math.max(penaltyMs, retryAfterMs(answer));
    await options.pace.hold(baseId, milliseconds);
    options.onPenalty?.(baseId, milliseconds);
  }
}

async function answerOf(question: Question, options: AirtableClientOptions): Promise<RequestAnswer> {
  const { method = "GET", path, body, isUpload = false } = question;
  const { token, policy, signal } = options;
  const host = options.endpointUrl ?? (isUpload ? "https://content.airtable.com" : "https://api.airtable.com");
  try {
    return await request(`${host.replace(/\/+$/, "")}/v0/${path}`, {
      method,
      policy,
      signal,
      limits,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "user-agent": "understudy" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (thrown) {
    throw thrown instanceof GuardedFetchError ? failureOf(thrown) : thrown;
  }
}

/** An answer that is too long is a refusal, which whoever sent a batch meets with a smaller one. */
function failureOf(error: GuardedFetchError): AirtableFailure {
  const kind = error.code === "too-large" ? "refused" : "unavailable";
  return new AirtableFailure(kind, error.code.toUpperCase().replaceAll("-", "_"), error.status, { cause: error });
}

function retryAfterMs({ headers }: RequestAnswer): number {
  const [seconds] = /^\d{1,6}$/.exec(headers["retry-after"] ?? "") ?? [];
  return Number(seconds ?? 0) * 1000;
}
