import { isFault, objectText, parseMembers } from "#endpoint/json/members.js";
import type { JobEnd, JsonText } from "#endpoint/stores/job-record.js";

/** What the body of `job-done` says. */
export type WorkerReport =
  | { readonly kind: "progress"; readonly output: JsonText }
  | { readonly kind: "end"; readonly end: JobEnd; readonly wantsStop: boolean };

/**
 * Reads a `ResultBody`, whatever its content type says: the SDK sends JSON as a form (observed). A body that is no JSON, such as
 * one with the bare token NaN, ends the job as failed: its worker is done with it and would report nothing else.
 */
export function parseReport(body: Uint8Array): WorkerReport {
  const members = parseMembers(body);
  if (isFault(members)) return failed(`The worker's result ${members.fault}.`);
  const output = members.get("output");
  if (members.get("status") === '"IN_PROGRESS"') return { kind: "progress", output: output ?? "null" };
  const error = members.get("error");
  const kept = output === undefined ? {} : { output };
  return {
    kind: "end",
    wantsStop: members.get("stopPod") === "true",
    end: isNoError(error) ? { status: "COMPLETED", ...kept } : { status: "FAILED", error, ...kept },
  };
}

/** The report of a worker whose result cannot be kept. */
export function failed(sentence: string): WorkerReport & { readonly kind: "end" } {
  return { kind: "end", end: { status: "FAILED", error: JSON.stringify(sentence) }, wantsStop: false };
}

/** As the SDK's own test for it: a falsy error is none. */
function isNoError(error: JsonText | undefined): error is undefined {
  return error === undefined || ["null", '""', "false", objectText([])].includes(error);
}
