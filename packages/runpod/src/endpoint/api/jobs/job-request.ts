import { checkUrl } from "@understudy/guarded-fetch";
import { Refusal } from "#endpoint/replies.js";
import { isFault, type JsonMembers, objectText, parseMembers } from "#endpoint/json/members.js";
import type { NewJob } from "#endpoint/stores/job-record.js";
import { hostedLimits } from "#protocol.js";

/** What a client asked for in the body of `/run` or `/runsync`. */
export interface ParsedJobRequest extends Pick<NewJob, "input" | "webhook" | "passedOn" | "lowPriority"> {
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/**
 * Reads a `JobRequest`. Members that it does not know, `s3Config` and `webhookV2` among them, are handed to the worker as they
 * are; `null` is the same as absent, which some clients write.
 * @throws Refusal 400, which names the member and what it must be, and quotes nothing.
 */
export function parseJobRequest(body: Uint8Array, defaultExecutionTimeoutMs: number): ParsedJobRequest {
  const members = parseMembers(body);
  if (isFault(members)) throw bad(`The body ${members.fault}.`);
  const input = members.get("input");
  if (input === undefined) throw bad("`input` is missing; it may be any JSON value.");
  const webhook = webhookOf(members);
  const passedOn = objectText([...members].filter(([name]) => !ownMembers.has(name)));
  return {
    input,
    ...policyOf(members, defaultExecutionTimeoutMs),
    ...(webhook !== undefined && { webhook }),
    ...(passedOn !== "{}" && { passedOn }),
  };
}

/** Members that this endpoint reads, and those that it writes itself when it hands the job out. */
const ownMembers: ReadonlySet<string> = new Set(["id", "input", "webhook", "policy"]);

/** Checked for its form only; where it may go is checked when it is called. */
function webhookOf(members: JsonMembers): string | undefined {
  const webhook: unknown = JSON.parse(members.get("webhook") ?? "null");
  if (webhook === null) return undefined;
  if (typeof webhook !== "string") throw bad("`webhook` must be a URL.");
  try {
    checkUrl(webhook);
  } catch {
    throw bad("`webhook` must be an http:// or https:// URL without a user name or password.");
  }
  return webhook;
}

function policyOf(members: JsonMembers, defaultExecutionTimeoutMs: number) {
  const value: unknown = JSON.parse(members.get("policy") ?? "null");
  if (typeof value !== "object" || Array.isArray(value)) throw bad("`policy` must be an object.");
  const policy = new Map<string, unknown>(Object.entries(value ?? {}));
  const { minExecutionTimeoutMs, maxExecutionTimeoutMs, minTtlMs, maxTtlMs, defaultTtlMs } = hostedLimits;
  const lowPriority = policy.get("lowPriority") ?? false;
  if (typeof lowPriority !== "boolean") throw bad("`policy.lowPriority` must be true or false.");
  return {
    lowPriority,
    executionTimeoutMs:
      millisecondsOf(policy, "executionTimeout", minExecutionTimeoutMs, maxExecutionTimeoutMs) ??
      defaultExecutionTimeoutMs,
    ttlMs: millisecondsOf(policy, "ttl", minTtlMs, maxTtlMs) ?? defaultTtlMs,
  };
}

function millisecondsOf(
  policy: ReadonlyMap<string, unknown>,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = policy.get(name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw bad(`\`policy.${name}\` must be a whole number of milliseconds from ${min} to ${max}.`);
}

function bad(sentence: string): Refusal {
  return new Refusal(400, sentence);
}
