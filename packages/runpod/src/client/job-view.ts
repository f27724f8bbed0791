import type { StandardSchemaV1 } from "@standard-schema/spec";
import { idPattern, isTerminal, jobStatuses, type JobReply, type JobState, type JobStatus } from "#protocol.js";
import { calmText } from "./calm-text.js";
import { RunPodClientError } from "./errors.js";
import { isObject, type JsonObject } from "./json.js";

type JobFacts = Omit<JobState, "status" | "output" | "error">;

/** A job that has not ended. */
export interface RunningJob extends JobFacts {
  readonly status: "IN_QUEUE" | "IN_PROGRESS";
  /** The last progress that the handler reported. */
  readonly output?: unknown;
}

/** A job that gave its result. */
export interface CompletedJob<Output = unknown> extends JobFacts {
  readonly status: "COMPLETED";
  /** Undefined when the handler returned an empty object: the Python SDK leaves it out. */
  readonly output: Output;
}

/** A job that failed, was cancelled, or ran too long. */
export interface BrokenJob extends JobFacts {
  readonly status: "FAILED" | "CANCELLED" | "TIMED_OUT";
  /** Why it failed; `describeError` makes a sentence of it. */
  readonly error?: unknown;
  /** What there is beside the error. */
  readonly output?: unknown;
}

/** A job that has ended, by its status. */
export type FinishedJob<Output = unknown> = CompletedJob<Output> | BrokenJob;

/** A job, by its status. */
export type JobView<Output = unknown> = RunningJob | FinishedJob<Output>;

/** Any Standard Schema, such as zod's. */
export type Schema<Value> = StandardSchemaV1<unknown, Value>;

/** Whether a job has ended. */
export function isFinished<Output>(job: JobView<Output>): job is FinishedJob<Output> {
  return isTerminal(job.status);
}

/**
 * Reads an answer that holds a job, without looking at its output. `askedId` is the job that was asked for.
 * @throws RunPodClientError `bad-answer`.
 */
export function readView(json: JsonObject, askedId?: string): JobView {
  const { error } = json;
  const output: unknown = json["output"];
  const facts = { ...readReply(json, askedId), ...numbersOf(json, ["delayTime", "executionTime", "retries"]) };
  const job = { ...facts, ...(typeof json["workerId"] === "string" && { workerId: json["workerId"] }) };
  const { status } = job;
  if (status === "COMPLETED") return { ...job, status, output };
  const extra = output === undefined ? {} : { output };
  if (status === "IN_QUEUE" || status === "IN_PROGRESS") return { ...job, status, ...extra };
  return { ...job, status, ...extra, ...(error !== undefined && { error }) };
}

/**
 * Reads an answer that holds an id and a status.
 * @throws RunPodClientError `bad-answer`.
 */
export function readReply(json: JsonObject, askedId?: string): JobReply {
  const id = json["id"] ?? askedId;
  if (typeof id !== "string" || !idPattern.test(id) || id !== (askedId ?? id)) {
    throw new RunPodClientError("bad-answer", "The answer does not name the job.", { jobId: askedId });
  }
  return { id, status: readStatus(json, id) };
}

/**
 * Reads the status of a job.
 * @throws RunPodClientError `bad-answer`.
 */
export function readStatus(json: JsonObject, jobId: string): JobStatus {
  const text = json["status"] === "RUNNING" ? "IN_PROGRESS" : json["status"];
  const status = jobStatuses.find((known) => known === text);
  if (status === undefined) {
    throw new RunPodClientError("bad-answer", "The answer has no status that is known.", { jobId });
  }
  return status;
}

/**
 * Checks the output of a completed job; others pass as they are.
 * @throws RunPodClientError `bad-output`.
 */
export async function typedView<Output>(view: JobView, schema: Schema<Output> | undefined): Promise<JobView<Output>> {
  if (view.status !== "COMPLETED") return view;
  return { ...view, output: await checked(view.output, schema, "output", view.id) };
}

/**
 * A value that passed the schema; as it is, when there is none.
 * @throws RunPodClientError `bad-output`, with the first three issues.
 */
export async function checked<Value>(
  value: unknown,
  schema: Schema<Value> | undefined,
  what: "output" | "chunk",
  jobId: string,
): Promise<Value> {
  if (schema === undefined) return value as Value;
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.slice(0, 3).map(issueText).join("; ");
  throw new RunPodClientError("bad-output", `The job's ${what} does not fit: ${calmText(issues)}`, { jobId });
}

function issueText(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

/** The members that are finite numbers. */
function numbersOf<Name extends string>(json: JsonObject, names: readonly Name[]): { readonly [N in Name]?: number } {
  const entries = names.map((name) => [name, json[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value))) as { readonly [N in Name]?: number };
}

/**
 * Reads the chunks of an answer of `/stream`.
 * @throws RunPodClientError `bad-answer`.
 */
export function readChunks(json: JsonObject, jobId: string): readonly unknown[] {
  const chunks = json["stream"] ?? [];
  if (!Array.isArray(chunks) || !chunks.every(isObject)) {
    throw new RunPodClientError("bad-answer", "The answer to /stream has no list of chunks.", { jobId });
  }
  return chunks.map((chunk: JsonObject) => chunk["output"]);
}
