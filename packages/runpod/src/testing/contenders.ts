import { fileURLToPath } from "node:url";
import { workerEnvironment, workerVariables } from "#protocol.js";
import { startChild, type Child } from "./child.js";
import { startPython } from "./python-processes.js";
import type { PythonSdk } from "./python-sdk.js";

/** Handlers that both mock workers have. */
export type HandlerKind = "plain" | "async" | "generator" | "async-generator";

/** How a mock worker is started. */
export interface WorkerStart {
  /** Where its endpoint is, without a trailing slash. */
  readonly serverUrl: string;
  readonly endpointId: string;
  readonly workerId: string;
  /** Default `key`. */
  readonly apiKey?: string;
  /** Default 1000, the least that the SDK can do. */
  readonly pingIntervalMs?: number;
  /** Default `plain`. */
  readonly kind?: HandlerKind;
  /** Whether the result of a generator holds all its values; default false. */
  readonly isAggregate?: boolean;
  /** Whether it ends after one job; default false. */
  readonly isRefreshed?: boolean;
  /** Default 1. */
  readonly concurrency?: number;
  /** Where our worker keeps results that were not taken. */
  readonly spoolFolder: string;
  /** Whether the URLs in its environment have a query, as RunPod's have; default true. */
  readonly hasQuery?: boolean;
}

/** A worker library with the mock handler on it. */
export interface Contender {
  /** Such as `runpod 1.12.0`. */
  readonly name: string;
  start(start: WorkerStart): Child;
}

/** The real SDK. */
export function sdkContender(sdk: PythonSdk): Contender {
  return { name: `runpod ${sdk.version}`, start: (start) => startPython(sdk, "mock_handler", environment(start)) };
}

/** Our worker, compiled: build before. */
export const ourContender: Contender = {
  name: "@understudy/runpod",
  start: (start) =>
    startChild({ command: process.execPath, args: ["--enable-source-maps", mockWorker], env: environment(start) }),
};

const mockWorker = fileURLToPath(new URL("../../dist/testing/mock-worker.js", import.meta.url));

function environment(start: WorkerStart): Readonly<Record<string, string>> {
  const { apiKey = "key", pingIntervalMs = 1_000, kind = "plain", concurrency = 1, hasQuery = true } = start;
  const given = Object.entries(workerEnvironment({ ...start, apiKey, pingIntervalMs }));
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name, hasQuery ? value : value.replace(/\?.*/, "")])),
    [workerVariables.logLevel]: "ERROR",
    MOCK_KIND: kind,
    MOCK_CONCURRENCY: String(concurrency),
    MOCK_SPOOL: start.spoolFolder,
    ...(start.isAggregate === true && { MOCK_AGGREGATE: "1" }),
    ...(start.isRefreshed === true && { MOCK_REFRESH: "1" }),
  };
}
