import { GuardedFetchError } from "#errors.js";

const unreachable: ReadonlySet<string> = new Set([
  "EADDRNOTAVAIL",
  "ECONNREFUSED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ETIMEDOUT",
]);

/** Codes of Node and OpenSSL for certificates that do not hold and handshakes that fail. */
const tls = /^(ERR_TLS|ERR_SSL|CERT|EPROTO|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME|INVALID_CA|PATH_LENGTH)/;

/** Turns what Node's HTTP reports into our error. Node's own messages hold addresses and bytes; only the code is kept. */
export function toFailure(error: unknown, host: string, status?: number): GuardedFetchError {
  if (error instanceof GuardedFetchError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown";
  if (code.startsWith("HPE_")) {
    return new GuardedFetchError("bad-answer", `${host} sent an answer that is not HTTP (${code}).`, { status });
  }
  if (tls.test(code)) return new GuardedFetchError("tls-failed", `No safe connection to ${host} (${code}).`);
  if (unreachable.has(code)) return new GuardedFetchError("unreachable", `${host} could not be reached (${code}).`);
  return new GuardedFetchError("interrupted", `The connection to ${host} ended early (${code}).`, { status });
}

/** An answer whose status says no; 408, 425, 429 and most of 5xx may change their mind. */
export function statusFailure(host: string, status: number, retryAfterMs?: number): GuardedFetchError {
  const retryable = [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
  return new GuardedFetchError("status", `${host} answered with status ${status}.`, {
    status,
    retryable,
    retryAfterMs,
  });
}
