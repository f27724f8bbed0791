import { SendError } from "#http/send.js";
import { waitParameter } from "#protocol.js";
import { abortedError, readAnswer, readSilence, type Answer } from "./answer.js";
import { pauseMs, slowBackOff } from "./clock.js";
import { RunPodClientError } from "./errors.js";
import type { JsonObject } from "./json.js";
import type { Link, Question } from "./link.js";

/** Time for an answer beside the wait that was asked for, in milliseconds. */
const answerTimeoutMs = 15_000;

/**
 * Asks until there is an answer, the failure is final, or the deadline would pass.
 * @throws RunPodClientError
 */
export async function ask(link: Link, question: Question): Promise<JsonObject> {
  const deadline = question.deadline ?? link.clock.now() + link.patienceMs + (question.waitMs ?? 0);
  for (let attempt = 0; ; attempt += 1) {
    const answer = await attemptOnce(link, question, deadline);
    if (answer.kind === "json") return answer.json;
    const { error, isAccepted } = answer;
    if (!error.retryable) throw error;
    if (isAccepted && question.repeat === "unless-accepted") throw outcomeUnknown(error);
    const pause = Math.max(pauseMs(slowBackOff, attempt, link.clock), answer.retryAfterMs);
    if (link.clock.now() + pause >= deadline) throw error;
    link.onRetry(error);
    await rest(link, pause, question);
  }
}

/** Sleeps, and turns an abort into the client's error. */
export async function rest(link: Link, ms: number, of: Pick<Question, "signal" | "jobId">): Promise<void> {
  try {
    await link.clock.sleep(ms, of.signal);
  } catch {
    throw abortedError(of);
  }
}

async function attemptOnce(link: Link, question: Question, deadline: number): Promise<Answer> {
  const { target } = link;
  const url = new URL(
    [target.url, question.operation, ...(question.jobId === undefined ? [] : [question.jobId])].join("/"),
  );
  if (question.waitMs !== undefined) url.searchParams.set(waitParameter, String(Math.round(question.waitMs)));
  const leftMs = Math.max(1, deadline - link.clock.now());
  try {
    const reply = await link.send({
      method: question.method,
      url,
      headers: {
        authorization: `Bearer ${target.key}`,
        accept: "application/json",
        ...(question.method === "POST" && { "content-type": "application/json" }),
        ...question.headers,
      },
      ...(question.body !== undefined && { body: question.body }),
      signal: question.signal,
      timeoutMs: Math.min(leftMs, (question.waitMs ?? 0) + answerTimeoutMs),
      maxBytes: link.maxAnswerBytes,
      ownConnection: question.method === "POST",
    });
    return readAnswer(reply, question, target.key);
  } catch (thrown) {
    if (!(thrown instanceof SendError)) throw thrown;
    return readSilence(thrown, question, url.host);
  }
}

/** A failure that could be repeated, if only it were known that the first time did nothing. */
function outcomeUnknown(cause: RunPodClientError): RunPodClientError {
  const { jobId, status } = cause;
  return new RunPodClientError("outcome-unknown", cause.message, { jobId, status, cause });
}
