import type { S3ServiceException } from "@aws-sdk/client-s3";
import { UnderstudyError } from "@understudy/render";

/** HTTP status of a service's answer; undefined when there was none. */
export function statusOf(thrown: unknown): number | undefined {
  return (thrown as Partial<S3ServiceException> | undefined)?.$metadata?.httpStatusCode;
}

/** Whether it is a refusal, which is the same the next time. */
export function isFinal(thrown: unknown): boolean {
  const status = statusOf(thrown);
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Whether the service cannot have heard of it. */
export function reachedNobody(thrown: unknown): boolean {
  const { code } = (thrown ?? {}) as { readonly code?: string };
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(code ?? "");
}

/** The service's own message may quote the key id and the address; its name and status say enough. */
export function bucketError(
  thrown: unknown,
  failure: "upload-failed" | "download-failed" = "upload-failed",
): UnderstudyError {
  if (thrown instanceof UnderstudyError) return thrown;
  const status = statusOf(thrown);
  const { name, code } = (thrown ?? {}) as { readonly name?: string; readonly code?: string };
  const reason = [code ?? name ?? "unknown", ...(status === undefined ? [] : [`status ${status}`])].join(", ");
  return new UnderstudyError(failure, `The bucket refused or did not answer (${reason}).`, {
    ...(failure === "download-failed" && { hint: "Check the bucket's address, name and keys (BUCKET_* variables)." }),
  });
}
