import { workerOperations, workerParameters } from "#protocol.js";
import { isProgress } from "#testing/faults/evidence.js";
import type { RecordedRequest } from "#testing/recorded-request.js";
import type { Trace } from "./record-trace.js";

/** Values that were seen for one property of one kind of request, sorted, `(none)` for a request without it. */
export interface Facts {
  /** Such as `job-take`, or `exit` for how the process ended. */
  readonly request: string;
  /** Such as `header user-agent`. */
  readonly what: string;
  readonly values: readonly string[];
}

/** What traces say, without what differs from run to run: ports, ids of jobs, versions, stacks. */
export function factsOf(traces: readonly Trace[]): readonly Facts[] {
  const requests = traces.flatMap((trace) => trace.requests);
  const kinds = [...new Set(requests.map(kindOf))].sort();
  return [
    ...kinds.flatMap((kind) =>
      factsOfKind(
        kind,
        requests.filter((request) => kindOf(request) === kind),
      ),
    ),
    ...jobSequences(requests),
    ...traces.map(({ part, exit }) => ({ request: "exit", what: part, values: [exit] })),
  ];
}

function kindOf(request: RecordedRequest): string {
  return isProgress(request) ? `${request.operation} (progress)` : request.operation;
}

function factsOfKind(request: string, requests: readonly RecordedRequest[]): readonly Facts[] {
  const properties = requests.map(propertiesOf);
  const names = [...new Set(properties.flatMap((each) => [...each.keys()]))].sort();
  return names.map((what) => ({
    request,
    what,
    values: [...new Set(properties.map((each) => each.get(what) ?? "(none)"))].sort(),
  }));
}

function propertiesOf(request: RecordedRequest): ReadonlyMap<string, string> {
  const { method, path, query, headers, jobId } = request;
  const named = (kind: string, entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, value]) => [`${kind} ${name}`, withoutChance(name, value, jobId)] as const);
  return new Map([
    ["method", method],
    ["path", jobId === undefined ? path : path.replace(jobId, "JOB")],
    ...named("query", query),
    ...named("header", Object.entries(headers)),
  ]);
}

function withoutChance(name: string, value: string, jobId: string | undefined): string {
  switch (name) {
    case "host":
      return value.replace(/\d+$/, "PORT");
    case "content-length":
      return "BYTES";
    case "user-agent":
      return value.replace(/\(.*\)/, "(SYSTEM)").replace(/\d+(\.\d+)+/g, "VERSION");
    case workerParameters.version:
      return value.replace(/\d+(\.\d+)+/, "VERSION");
    case workerParameters.batchSize:
      return "N";
    case workerParameters.jobIds:
      return "JOBS";
    case "x-request-id":
      return jobId === undefined || jobId === value ? "JOB" : "ANOTHER JOB";
    default:
      return value;
  }
}

/** For every job, what was sent of it, in order. */
function jobSequences(requests: readonly RecordedRequest[]): readonly Facts[] {
  const { done, stream } = workerOperations;
  const ofJobs = requests.filter(({ operation }) => operation === done || operation === stream);
  const ids = [...new Set(ofJobs.map(({ jobId = "" }) => jobId))].sort();
  return ids.map((id) => ({
    request: "job",
    what: id,
    values: ofJobs
      .filter(({ jobId }) => jobId === id)
      .map(({ operation, query, body }) => {
        const isStream = new Map(query).get(workerParameters.isStream);
        return `${operation}, ${workerParameters.isStream}=${isStream}: ${bodyText(body)}`;
      }),
  }));
}

function bodyText(body: string): string {
  const value = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify({ ...value, ...(typeof value["error"] === "string" && { error: errorOf(value["error"]) }) });
}

/** An error report as an object, with its traceback and version left out; other texts up to their traceback. */
function errorOf(text: string): unknown {
  if (!text.startsWith("{")) return text.replace(/(traceback:).*/s, "$1 TEXT");
  const report = JSON.parse(text) as Record<string, unknown>;
  return { ...report, error_traceback: "TEXT", runpod_version: "VERSION" };
}
