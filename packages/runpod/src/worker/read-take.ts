import { flashBootNotice, idPattern, type TakenJob } from "#protocol.js";
import { inWords, type Sent } from "./send.js";

/** A job that cannot be run, and why. */
export interface BrokenJob {
  /** Undefined: it has no id that it could be reported by. */
  readonly id?: string;
  readonly problem: string;
}

/** What an answer to a poll for jobs means. */
export type Take =
  | { readonly kind: "jobs"; readonly jobs: readonly TakenJob[]; readonly broken: readonly BrokenJob[] }
  | { readonly kind: "empty" }
  /** The poll took too long; the next one follows at once. */
  | { readonly kind: "hung" }
  /** This worker ended the poll. */
  | { readonly kind: "ended" }
  /** The key is not accepted. */
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "too-many"; readonly retryAfterMs?: number }
  /** `isBadRequest`: a 400 that says nothing of FlashBoot. */
  | { readonly kind: "failed"; readonly why: string; readonly isBadRequest: boolean };

/** Reads the answer to a poll for jobs. One job that cannot be run takes nothing from the others. */
export function readTake(sent: Sent): Take {
  if (sent.kind === "failed") {
    if (sent.why === "timeout") return { kind: "hung" };
    return sent.why === "aborted" ? { kind: "ended" } : { kind: "failed", why: inWords(sent), isBadRequest: false };
  }
  const { status, text, retryAfterMs } = sent;
  if (status === 200) return readJobs(text);
  if (status === 204) return { kind: "empty" };
  if (status === 400 && text.includes(flashBootNotice)) return { kind: "empty" };
  if (status === 401 || status === 403) return { kind: "refused", status };
  if (status === 429) return { kind: "too-many", ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { kind: "failed", why: inWords(sent), isBadRequest: status === 400 };
}

function readJobs(text: string): Take {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return { kind: "failed", why: "a reply that is not JSON", isBadRequest: false };
  }
  const entries: readonly unknown[] = Array.isArray(reply) ? reply : [reply];
  if (entries.length === 0) return { kind: "empty" };
  const jobs: TakenJob[] = [];
  const broken: BrokenJob[] = [];
  for (const entry of entries) {
    if (isTakenJob(entry)) jobs.push(entry);
    else broken.push(describeBroken(entry));
  }
  return { kind: "jobs", jobs, broken };
}

function isTakenJob(entry: unknown): entry is TakenJob {
  return isObject(entry) && isJobId(entry["id"]) && entry["input"] !== undefined;
}

function describeBroken(entry: unknown): BrokenJob {
  if (!isObject(entry)) return { problem: "The job is not an object." };
  const { id } = entry;
  if (isJobId(id)) return { id, problem: "The job has no input." };
  return { problem: id === undefined ? "The job has no id." : "The job's id cannot be used." };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJobId(id: unknown): id is string {
  return typeof id === "string" && idPattern.test(id);
}
