import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Handler } from "./handler.js";

/** Handing over a result that is too large to send. */
export interface LargeResult {
  readonly jobId: string;
  /** The result as JSON text. */
  readonly json: string;
  readonly byteLength: number;
  readonly signal: AbortSignal;
}

/** One line of the worker's log. */
export interface WorkerLogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly jobId?: string;
}

/** How a worker works. Everything but `handler` has a default. */
export interface ServeOptions<Input = unknown, Output = unknown> {
  readonly handler: Handler<Input, Output>;
  /** Any Standard Schema, such as zod's; a job whose input does not pass fails with every issue named. */
  readonly input?: StandardSchemaV1<unknown, Input>;
  /** Jobs at the same time, 1 or more; a function is asked before every poll with the present number. Default 1. */
  readonly concurrency?: number | ((current: number) => number | Promise<number>);
  /** Whether the result of a streaming handler holds all its values, too; default false: it is an empty list. */
  readonly aggregateStream?: boolean;
  /** Whether every job asks for a fresh worker, and this one ends after it; default false. */
  readonly refreshWorker?: boolean;
  /** Largest result that is sent, in bytes of JSON; default 10 000 000, the hosted limit of `/run`. */
  readonly maxResultBytes?: number;
  /** Puts a result that is larger somewhere and returns what is sent instead, such as a URL. Default: the job fails with the size. */
  readonly onLargeResult?: (result: LargeResult) => Promise<unknown>;
  /** How long a result is offered to an endpoint that does not take it, in milliseconds; default ten minutes. */
  readonly resultDeadlineMs?: number;
  /** Folder in which results lie until they are taken; default a folder of this user's below the system's temporary folder. */
  readonly spoolFolder?: string;
  /** Milliseconds that running jobs may go on after the worker was told to end, before their signal is aborted; default: no end. */
  readonly graceMs?: number;
  /** Refusals (401, 403) in a row after which the worker ends with status 1; default 5. */
  readonly maxRefusals?: number;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Words of the command line; default those of this process. */
  readonly argv?: readonly string[];
  /** Working directory, for `test_input.json`; default that of this process. */
  readonly cwd?: string;
  /** Told to end: the same as SIGTERM, which `serve` also listens for when this is undefined. */
  readonly signal?: AbortSignal;
  /** Default: standard error, as text, or as JSON lines behind an endpoint. */
  readonly log?: (line: WorkerLogLine) => void;
}
