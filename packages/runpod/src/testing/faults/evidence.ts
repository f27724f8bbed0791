import { workerOperations } from "#protocol.js";
import type { RecordedRequest } from "#testing/recorded-request.js";
import type { RecordingServer } from "#testing/recording-server.js";
import { parseResult } from "#testing/scripted-platform.js";

/** Requests for a job, alone or in a batch. */
export function polls({ requests }: RecordingServer): readonly RecordedRequest[] {
  const { take, takeBatch } = workerOperations;
  return requests.filter(({ operation }) => operation === take || operation === takeBatch);
}

/** Requests that bring a result. */
export function results({ requests }: RecordingServer): readonly RecordedRequest[] {
  return requests.filter((request) => request.operation === workerOperations.done && !isProgress(request));
}

/** Progress that came after the job's result. */
export function lateProgress({ requests, platform }: RecordingServer): readonly RecordedRequest[] {
  const endedAt = ({ jobId = "" }: RecordedRequest) => platform.ends.get(jobId)?.at ?? Number.POSITIVE_INFINITY;
  return requests.filter((request) => isProgress(request) && request.at > endedAt(request));
}

/** Signs of life. */
export function pings({ requests }: RecordingServer): readonly RecordedRequest[] {
  return requests.filter(({ operation }) => operation === workerOperations.ping);
}

/** Whether a request reports progress. */
export function isProgress({ operation, body }: RecordedRequest): boolean {
  return operation === workerOperations.done && parseResult(body)?.status === "IN_PROGRESS";
}

/** How a job ended, as the platform saw it. */
export function endOf({ platform }: RecordingServer, jobId: string): string {
  const end = platform.ends.get(jobId);
  if (end === undefined) return "never ended";
  return end.body.error === undefined ? "completed" : "failed with a reason";
}

/** `1 attempt`, `2 attempts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
