import { toJson } from "./check-output.js";
import { bodyOf, type ResultParts } from "./result-body.js";
import type { ServeOptions } from "./serve-options.js";

/** What may be sent. */
export interface SizeGuard {
  readonly maxResultBytes: number;
  readonly onLargeResult?: ServeOptions["onLargeResult"];
}

/**
 * A result that may be sent: itself, with what `onLargeResult` gave in place of its output, or a failure with the numbers.
 * The hosted endpoint answers 400 to one that is too large, and the client sees nothing (runpod-python#309).
 * @throws whatever the hook throws, and TypeError for what it returned and JSON cannot hold.
 */
export async function fitResult(
  parts: ResultParts,
  jobId: string,
  guard: SizeGuard,
  signal: AbortSignal,
): Promise<ResultParts> {
  if (fits(parts, guard)) return parts;
  const { onLargeResult, maxResultBytes } = guard;
  const { output, stopPod } = parts;
  if (onLargeResult !== undefined && output !== undefined) {
    const replacement = await onLargeResult({ jobId, json: output, byteLength: Buffer.byteLength(output), signal });
    const replaced = { ...parts, output: toJson(replacement, "onLargeResult") };
    if (fits(replaced, guard)) return replaced;
  }
  const text = tooLargeText("The result", Buffer.byteLength(bodyOf(parts)), maxResultBytes);
  return { error: JSON.stringify(text), stopPod };
}

function fits(parts: ResultParts, { maxResultBytes }: SizeGuard): boolean {
  return Buffer.byteLength(bodyOf(parts)) <= maxResultBytes;
}

/** Says that something is too large to send, and what to do. @param what at the start of the sentence. */
export function tooLargeText(what: string, byteLength: number, maxBytes: number): string {
  return `${what} has ${sizeInWords(byteLength)}, and the limit is ${sizeInWords(maxBytes)}: upload it and return its URL.`;
}

/** Rounded up, so that what is over the limit never reads as if it were at it. */
function sizeInWords(byteLength: number): string {
  return byteLength < 10_000 ? `${byteLength} bytes` : `${Math.ceil(byteLength / 10_000) / 100} MB`;
}
