import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { workerOperations, workerTiming, workerVariables } from "#protocol.js";
import { fillUrl, siblingUrl } from "./worker-urls.js";

/** What a worker's environment says of it, wherever it runs. */
export interface Identity {
  readonly workerId: string;
  /** Goes into error reports. */
  readonly hostName: string;
}

/** Whom a worker works for. URLs are complete but for the parameters of a request. */
export interface EndpointSettings extends Identity {
  readonly apiKey?: string;
  readonly endpointId?: string;
  readonly takeUrl: string;
  /** Undefined: the server's URL has another form, and jobs are taken one by one. */
  readonly takeBatchUrl?: string;
  /** Undefined: as above, and jobs cannot be stopped. */
  readonly stopUrl?: string;
  /** Where a worker's result goes; `workerId` is that of the worker that took the job. */
  doneUrl(jobId: string, workerId?: string): string;
  /** Undefined: streamed values go into the result. */
  readonly streamUrl?: (jobId: string) => string;
  /** Undefined: no signs of life are sent, as in the SDK without a key or a worker's id. */
  readonly pingUrl?: string;
  readonly pingIntervalMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads who this worker is. */
export function readIdentity(env: Environment): Identity {
  return {
    workerId: env[workerVariables.workerId] || randomUUID(),
    hostName: env[workerVariables.hostName] || "unknown",
  };
}

/**
 * Reads whom to work for.
 * @returns undefined when this worker is not behind an endpoint.
 * @throws RangeError naming the variable that is missing or holds no URL; never its value.
 */
export function readEndpointSettings(env: Environment): EndpointSettings | undefined {
  const takeTemplate = env[workerVariables.takeUrl];
  if (!takeTemplate) return undefined;
  const doneTemplate = env[workerVariables.doneUrl];
  if (!doneTemplate) throw new RangeError(`${workerVariables.doneUrl} is not set: results would have nowhere to go.`);
  const streamTemplate = env[workerVariables.streamUrl];
  const pingTemplate = env[workerVariables.pingUrl];
  const identity = readIdentity(env);
  const fill = (template: string, id: string, workerId = identity.workerId): string =>
    fillUrl(template, { id, workerId, gpuTypeId: env[workerVariables.gpuTypeId] ?? "" });
  assertUrl(workerVariables.takeUrl, fill(takeTemplate, identity.workerId));
  assertUrl(workerVariables.doneUrl, fill(doneTemplate, "job"));
  if (streamTemplate) assertUrl(workerVariables.streamUrl, fill(streamTemplate, "job"));
  if (pingTemplate) assertUrl(workerVariables.pingUrl, fill(pingTemplate, identity.workerId));

  const apiKey = env[workerVariables.apiKey]?.trim();
  if (apiKey !== undefined && !/^[\x20-\x7e]*$/.test(apiKey)) {
    throw new RangeError(`${workerVariables.apiKey} holds characters that a header cannot carry.`);
  }
  const takeUrl = fill(takeTemplate, identity.workerId);
  const takeBatchUrl = siblingUrl(takeUrl, workerOperations.takeBatch);
  const stopUrl = siblingUrl(takeUrl, workerOperations.stop);
  const endpointId = env[workerVariables.endpointId];
  const hasPings = pingTemplate && apiKey && env[workerVariables.workerId];
  return {
    ...identity,
    ...(apiKey && { apiKey }),
    ...(endpointId && { endpointId }),
    takeUrl,
    ...(takeBatchUrl !== undefined && { takeBatchUrl }),
    ...(stopUrl !== undefined && { stopUrl }),
    doneUrl: (jobId, workerId) => fill(doneTemplate, jobId, workerId),
    ...(streamTemplate && { streamUrl: (jobId: string) => fill(streamTemplate, jobId) }),
    ...(hasPings && { pingUrl: fill(pingTemplate, identity.workerId) }),
    pingIntervalMs: readInterval(env[workerVariables.pingIntervalMs]),
  };
}

/** A timer of more than 2 ** 31 ms would go off at once. */
const maxPingIntervalMs = 3_600_000;

/** Less than 1000 is a busy loop in the SDK, which divides by 1000 and drops the rest; here it is a second, see `ping.ts`. */
function readInterval(text: string | undefined): number {
  const value = Number(text?.trim() || Number.NaN);
  return value >= 0 ? Math.min(value, maxPingIntervalMs) : workerTiming.defaultPingIntervalMs;
}

function assertUrl(name: string, url: string): void {
  const protocol = parseUrl(url)?.protocol ?? "";
  if (protocol !== "http:" && protocol !== "https:") throw new RangeError(`${name} holds no http or https URL.`);
}

/** Name of this machine, of letters, digits and hyphens. */
export function machineName(): string {
  return (
    hostname()
      .replaceAll(/[^A-Za-z0-9-]/g, "-")
      .slice(0, 64) || "machine"
  );
}
