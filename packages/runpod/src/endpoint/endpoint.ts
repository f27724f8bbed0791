import type { AddressPolicy } from "@understudy/guarded-fetch";
import type { JobStore } from "#endpoint/stores/job-store.js";
import type { HealthReply } from "#protocol.js";
import type { EndpointReply, EndpointRequest } from "./http.js";

/** Requests of one operation that are let through. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
  /** At the same time. */
  readonly concurrent: number;
}

/** An endpoint's settings. Everything but the first three has a default. */
export interface EndpointOptions {
  /** Its name in paths; letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly store: JobStore;
  /** Keys that open the job API; at least one. */
  readonly keys: readonly string[];
  /** Keys that open the worker API; default `keys`. */
  readonly workerKeys?: readonly string[];
  /** Milliseconds that a job may go without a sign of life of its worker; default three of `pingIntervalMs`. */
  readonly leaseMs?: number;
  /** How often workers are told to give a sign of life; default 10 000. */
  readonly pingIntervalMs?: number;
  /** How often a job is given to a worker before it fails because they all fell silent; default 3. */
  readonly maxAttempts?: number;
  /** Default execution time of a job without a policy; default 600 000. */
  readonly executionTimeoutMs?: number;
  /** Milliseconds that `job-take` and `job-stop` hold an empty answer; default 25 000. */
  readonly pollMs?: number;
  /** Largest bodies; default the hosted limits. A result may be as large as a `/runsync` body. */
  readonly maxRunBodyBytes?: number;
  readonly maxRunSyncBodyBytes?: number;
  /** Chunks of one job that wait to be fetched, in bytes; default 100 000 000. */
  readonly maxStreamBytes?: number;
  /** By operation; default none. `hostedRateLimits` has those of the hosted service. */
  readonly rateLimits?: Readonly<Record<string, RateLimit>>;
  /** Where webhooks may go beside public addresses; default nowhere. */
  readonly webhookAddresses?: AddressPolicy;
  /** Signs webhooks after the Standard Webhooks specification (`whsec_` and base64); default unsigned. */
  readonly webhookSecret?: string;
  readonly webhookAttempts?: number;
  readonly webhookDelayMs?: number;
  /** Milliseconds between two sweeps; default 1 000. */
  readonly sweepMs?: number;
  /** Milliseconds that never jump; default the process's monotonic clock, set to the time of day once. */
  readonly now?: () => number;
  /** Called when a worker asked to be stopped with its result (`refresh_worker` in the SDK). */
  readonly onStopPod?: (workerId: string) => void;
  /** Workers that have not called yet, for `/health`: those that a fleet is starting, and those that it may not start. */
  readonly extraWorkerCounts?: () => { readonly initializing: number; readonly throttled: number };
  /** One line each: what a person who runs the endpoint wants to know. Never holds inputs, outputs or keys. */
  readonly log?: (line: string) => void;
}

/** One endpoint: answers requests of clients and workers, and looks after its jobs while it is open. */
export interface Endpoint {
  readonly id: string;
  /** Answers one request below `/v2/ID/`. Never throws. */
  handle(request: EndpointRequest): Promise<EndpointReply>;
  health(): Promise<HealthReply>;
  /** Tells the endpoint that a worker of its own has ended: its jobs go to others at once. */
  workerGone(workerId: string): Promise<void>;
  /** Workers that were heard of lately, and what they do. */
  workers(): readonly WorkerSighting[];
  /** Ends every held answer and stops looking after jobs; the store stays open. */
  close(): Promise<void>;
}

/** A worker as the endpoint sees it. */
export interface WorkerSighting {
  readonly workerId: string;
  readonly lastSeenAt: number;
  readonly isBusy: boolean;
  /** Whether one of its polls is held at this moment. */
  readonly isPolling: boolean;
  /** What it said when it gave up. */
  readonly unhealthy?: string;
}
