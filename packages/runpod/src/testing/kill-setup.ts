import type { EndpointOptions } from "#endpoint/index.js";

/** What an endpoint that will be killed is started with. */
export interface KillEndpointSetup {
  readonly id: string;
  readonly key: string;
  /** Holds its PostgreSQL. */
  readonly folder: string;
  readonly port: number;
  readonly timing: Pick<EndpointOptions, "leaseMs" | "pingIntervalMs" | "pollMs" | "sweepMs" | "maxAttempts">;
}

/** What a worker that will be killed is started with, beside its environment. */
export interface KillWorkerSetup {
  readonly workerId: string;
  readonly spoolFolder: string;
  /** File that it notes the begin and the end of each job in. */
  readonly journal: string;
}

/** Input of a job, and its output. */
export interface KillInput {
  readonly number: number;
  readonly sleepMs: number;
}
