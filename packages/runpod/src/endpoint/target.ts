import { apiPrefix, idPattern } from "#protocol.js";

/** What a request's URL asks for. */
export interface Target {
  readonly endpointId: string;
  readonly operation: string;
  /** Job and worker ids after the operation, decoded; not checked yet. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Reads a request line's URL; undefined when it is not below `/v2/`. The SDK appends `&name=value` as text, so that a URL
 * template without a query gives `/job-take/pod-1&job_in_progress=0` (observed): a path ends at `?` or `&`.
 */
export function targetOf(url: string): Target | undefined {
  const end = url.search(/[?&]/);
  const path = end === -1 ? url : url.slice(0, end);
  const [root, prefix, endpointId, operation, ...ids] = path.split("/").map(decoded);
  if (root !== "" || prefix !== apiPrefix || !isId(endpointId)) return undefined;
  return {
    endpointId,
    operation: operation ?? "",
    ids,
    query: new URLSearchParams(end === -1 ? "" : url.slice(end + 1)),
  };
}

/** Whether a path segment may be the id of a job, a worker or an endpoint. */
export function isId(segment: string | undefined): segment is string {
  return segment !== undefined && idPattern.test(segment);
}

/** A segment that cannot be decoded stays as it is, and is no id then. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
