import { parseEngineFailure, UnderstudyError, type ErrorCode } from "@understudy/render";
import { describeError, type BrokenJob } from "@understudy/runpod/client";

/** What an engine may say in our codes; all else is its own trouble. */
const passedOn: ReadonlySet<string> = new Set<ErrorCode>([
  "bad-script",
  "bad-usage",
  "bad-voice-sample",
  "consent-required",
  "consent-revoked",
  "deadline-exceeded",
  "script-does-not-fit",
  "unsupported-engine",
  "weights-licence",
]);

/** Why a job gave no speech. What an engine wrote is cut to one calm line. */
export function failureOfJob(job: BrokenJob): UnderstudyError {
  if (job.status === "CANCELLED") return noVoice("The job was cancelled at the endpoint.");
  if (job.status !== "FAILED") return noVoice("The job ran longer than the endpoint allows.");
  const failure = parseEngineFailure(job.error);
  if (failure === undefined || !passedOn.has(failure.code)) return noVoice(describeError(failure ?? job.error));
  return new UnderstudyError(failure.code as ErrorCode, describeError(failure.message), {
    hint: describeError(failure.hint),
  });
}

/** @param reason one sentence. */
export function noVoice(reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError("voice-unavailable", `The voice endpoint did not speak: ${reason}`, { cause });
}
