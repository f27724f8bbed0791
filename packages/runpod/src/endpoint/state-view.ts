import { isTerminal } from "#protocol.js";
import { objectText } from "./json/members.js";
import type { JobRecord, JsonText } from "./stores/job-record.js";

/** A `JobState` as text: what the worker wrote stands in it as it was written. */
export function stateText(job: JobRecord): JsonText {
  return objectText([
    ...identityOf(job),
    ...timesOf(job),
    ["output", job.output],
    ["error", job.error],
    ...workOf(job),
  ]);
}

/** A `JobReply` as text. */
export function replyText(job: JobRecord): JsonText {
  return objectText(identityOf(job));
}

/** The answer of `/cancel`: a `JobReply` with the times. */
export function cancelText(job: JobRecord): JsonText {
  return objectText([...identityOf(job), ...timesOf(job)]);
}

/** A `WebhookBody` as text, in the order of the one that was captured (runpod-python#409). */
export function webhookText(job: JobRecord): JsonText {
  const [id, status] = identityOf(job);
  const { input, output, error, webhook } = job;
  return objectText([
    ...timesOf(job),
    id,
    ["input", input],
    ["output", output],
    ["error", error],
    status,
    ["webhook", webhook === undefined ? undefined : JSON.stringify(webhook)],
  ]);
}

/** A `TakenJob` as text. */
export function takenText(job: JobRecord): JsonText {
  const { id, input, webhook, passedOn = "{}" } = job;
  const own = objectText([
    ["id", JSON.stringify(id)],
    ["input", input],
    ["webhook", webhook === undefined ? undefined : JSON.stringify(webhook)],
  ]);
  return passedOn === "{}" ? own : `${own.slice(0, -1)},${passedOn.slice(1)}`;
}

type Member = readonly [string, JsonText | undefined];

function identityOf(job: JobRecord): readonly [Member, Member] {
  return [
    ["id", JSON.stringify(job.id)],
    ["status", JSON.stringify(job.status)],
  ];
}

function timesOf(job: JobRecord): readonly Member[] {
  const { createdAt, startedAt, finishedAt, status } = job;
  return [
    ["delayTime", startedAt === undefined ? undefined : milliseconds(startedAt - createdAt)],
    [
      "executionTime",
      startedAt === undefined || finishedAt === undefined || !isTerminal(status)
        ? undefined
        : milliseconds(finishedAt - startedAt),
    ],
  ];
}

function workOf(job: JobRecord): readonly Member[] {
  return [
    ["workerId", job.workerId === undefined ? undefined : JSON.stringify(job.workerId)],
    ["retries", job.takeovers === 0 ? undefined : String(job.takeovers)],
  ];
}

function milliseconds(duration: number): JsonText {
  return String(Math.max(0, Math.round(duration)));
}
