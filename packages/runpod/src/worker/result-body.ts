import { resultMembers, type ResultBody } from "#protocol.js";
import { isPlainObject, toJson } from "./check-output.js";

/** A result, each part as JSON text. */
export interface ResultParts {
  readonly output?: string;
  readonly error?: string;
  readonly stopPod: boolean;
}

/** The body of `job-done`. */
export function bodyOf({ output, error, stopPod }: ResultParts): string {
  const members: [keyof ResultBody, string][] = [];
  if (output !== undefined) members.push(["output", output]);
  if (error !== undefined) members.push(["error", error]);
  if (stopPod) members.push(["stopPod", "true"]);
  return `{${members.map(([name, json]) => `"${name}":${json}`).join(",")}}`;
}

/** The body of progress. */
export function progressBody(json: string): string {
  return `{"status":"IN_PROGRESS","output":${json}}`;
}

/** The body of `job-stream`. */
export function chunkBody(json: string): string {
  return `{"output":${json}}`;
}

/**
 * What a returned value says, after [PY] rp_job.py: an object's `error` and `refresh_worker` speak of the job and are no
 * output; an output without members is left out.
 * @throws TypeError for what JSON cannot hold.
 */
export function readReturned(returned: unknown): ResultParts {
  if (!isPlainObject(returned)) return { output: toJson(returned, "output"), stopPod: false };
  const { [resultMembers.error]: error, [resultMembers.refreshWorker]: refreshWorker, ...rest } = returned;
  const output = toJson(rest, "output");
  return {
    ...(output !== "{}" && { output }),
    ...(Boolean(error) && { error: toJson(error, "error") }),
    stopPod: Boolean(refreshWorker),
  };
}

/** What a streamed value says: its JSON text, or the error that ends the stream, as text ([PY] rp_job.py). */
export function readStreamed(value: unknown, index: number): { readonly json: string } | { readonly error: string } {
  const json = toJson(value, `stream[${index}]`);
  if (!isPlainObject(value)) return { json };
  const error = value[resultMembers.error];
  if (!error) return { json };
  return { error: JSON.stringify(typeof error === "string" ? error : JSON.stringify(error)) };
}
