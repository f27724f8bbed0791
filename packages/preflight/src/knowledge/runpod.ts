import { dataReader } from "./read-data.js";

/** Limits of the platform, as its documents state them. */
export interface RunpodLimits {
  /** Payload of `/run`, either way. */
  readonly runPayloadBytes: number;
  /** Payload of `/runsync`, either way. */
  readonly runsyncPayloadBytes: number;
  /** Time limit of a job when nothing sets one (console and job policy). */
  readonly executionTimeoutSeconds: number;
  /** Time limit of a job when an endpoint is made by REST v2 without one. */
  readonly restExecutionTimeoutSeconds: number;
  /** Life of a job from its submission when nothing sets one. */
  readonly ttlSeconds: number;
  /** `docker build` of a GitHub build. */
  readonly buildStepSeconds: number;
  /** Whole window of a GitHub build. */
  readonly buildWindowSeconds: number;
  /** Largest image of a GitHub build, decimal GB. */
  readonly imageGB: number;
  /** Start of a worker before it counts as unhealthy. */
  readonly initSeconds: number;
  /** Container disk when a template sets none (REST v1). */
  readonly containerDiskGB: number;
  /** Where a network volume appears in a serverless worker. */
  readonly serverlessVolume: string;
  /** Where it appears in a pod. */
  readonly podVolume: string;
  /** Request to a load-balancing endpoint. */
  readonly loadBalancerRequestSeconds: number;
  /** Payload of a load-balancing endpoint. */
  readonly loadBalancerPayloadBytes: number;
}

/** The platform's limits. */
export const runpodLimits: () => RunpodLimits = dataReader<RunpodLimits>("runpod");
