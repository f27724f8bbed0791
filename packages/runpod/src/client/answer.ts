import type { SendError, SendReply } from "#http/send.js";
import { retryAfterMs } from "#http/retry-after.js";
import { calmText } from "./calm-text.js";
import { RunPodClientError } from "./errors.js";
import { parseObject, type JsonObject } from "./json.js";
import type { Question } from "./link.js";

/** What one request came to. */
export type Answer =
  | { readonly kind: "json"; readonly json: JsonObject }
  | {
      readonly kind: "failure";
      readonly error: RunPodClientError;
      /** Whether the endpoint may have done what it was asked. */
      readonly isAccepted: boolean;
      readonly retryAfterMs: number;
    };

/** What an answer of the endpoint means. `key` is kept out of every message. */
export function readAnswer(reply: SendReply, question: Question, key: string): Answer {
  if (reply.status >= 200 && reply.status < 300) {
    const json = parseObject(reply.text);
    if (json !== undefined) return { kind: "json", json };
    const message = `The answer to /${question.operation} is not a JSON object.`;
    const error = new RunPodClientError("bad-answer", message, { jobId: question.jobId, status: reply.status });
    return { kind: "failure", error, isAccepted: true, retryAfterMs: 0 };
  }
  return {
    kind: "failure",
    error: errorOf(reply, question, key),
    isAccepted: reply.status !== 429 && reply.status !== 503,
    retryAfterMs: retryAfterMs(reply.headers["retry-after"]) ?? 0,
  };
}

/** What it means that there was no answer. `host` is where it should have come from. */
export function readSilence(thrown: SendError, question: Question, host: string): Answer {
  const isAccepted = thrown.code !== "unreachable";
  return { kind: "failure", error: withoutAnswer(thrown, question, host), isAccepted, retryAfterMs: 0 };
}

/** The error of a call that its signal has ended. */
export function abortedError(of: Pick<Question, "signal" | "jobId">): RunPodClientError {
  return new RunPodClientError("aborted", "The call was aborted.", { jobId: of.jobId, cause: of.signal?.reason });
}

function withoutAnswer(thrown: SendError, question: Question, host: string): RunPodClientError {
  const details = { jobId: question.jobId };
  const to = `/${question.operation}`;
  switch (thrown.code) {
    case "aborted":
      return abortedError(question);
    case "unreachable":
      return new RunPodClientError(
        "unreachable",
        `No connection to ${host} (${thrown.systemCode ?? "refused"}).`,
        details,
      );
    case "too-large":
      return new RunPodClientError("bad-answer", `The answer to ${to} is too large: ${thrown.message}`, {
        ...details,
        hint: "Let the worker upload large results and return their URLs.",
      });
    case "lost":
      return new RunPodClientError("no-answer", `The connection was lost before ${to} was answered.`, details);
    case "timeout":
      return new RunPodClientError("no-answer", `${to} was not answered in time.`, details);
  }
}

function errorOf(reply: SendReply, question: Question, key: string): RunPodClientError {
  const { status } = reply;
  const details = { jobId: question.jobId, status };
  const said = `The endpoint answered ${status} to /${question.operation}`;
  if (status === 429) return new RunPodClientError("too-many-requests", `${said}.`, details);
  if (status >= 500 || status === 408) return new RunPodClientError("server-failed", `${said}.`, details);
  if (status === 401 || status === 403) return new RunPodClientError("unauthorized", `${said}.`, details);
  if (status >= 300 && status < 400) return new RunPodClientError("redirected", `${said}: a redirect.`, details);
  if (status === 404 && question.jobId === undefined) {
    return new RunPodClientError("endpoint-unknown", `${said}.`, details);
  }
  if (status === 404) {
    return question.isKnown === true
      ? new RunPodClientError(
          "job-expired",
          "The job is gone: its ttl has passed, which ends even a running job, or its result is no longer kept.",
          details,
        )
      : new RunPodClientError("job-unknown", "The endpoint has no such job: it never had it, or it is gone.", details);
  }
  const reason = reasonOf(reply.text, key);
  return new RunPodClientError("request-refused", reason === "" ? `${said}.` : `${said}: ${reason}`, details);
}

/** What the server says of a refusal, without the key, in case it repeats it. */
function reasonOf(text: string, key: string): string {
  const body = parseObject(text);
  const reason = [body?.["error"], body?.["message"], body?.["detail"], body?.["title"]].find(
    (value) => typeof value === "string",
  );
  return reason === undefined ? "" : calmText(reason.replaceAll(key, "[key]"));
}
