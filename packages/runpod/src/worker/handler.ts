/** A job as a handler sees it. */
export interface Job<Input = unknown> {
  readonly id: string;
  /** Checked against the schema, when `serve` has one. */
  readonly input: Input;
  readonly webhook?: string;
  /** The job as it came, with every member that the endpoint passed on. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a handler may do beside returning. */
export interface JobContext {
  /** Aborted when the job is cancelled, or when the worker is told to end and its grace has passed. */
  readonly signal: AbortSignal;
  /** Tells the client how far the job is; only the latest value counts, and none is sent after the result. */
  progress(value: unknown): void;
  /** Asks the platform to replace this worker after this job. */
  refreshWorker(): void;
  /** Writes one line to the worker's log, marked with the job's id. Keep inputs and outputs out of it. */
  log(message: string): void;
}

/** What a handler returns: a value, or several as they become ready. */
export type HandlerResult<Output> = Output | Promise<Output> | Iterable<Output> | AsyncIterable<Output>;

/**
 * Does one job. An iterator is streamed value by value; an array or a text is a value. A returned object whose `error` is set
 * fails the job, as in the Python SDK; so does whatever is thrown.
 */
export type Handler<Input = unknown, Output = unknown> = (
  job: Job<Input>,
  context: JobContext,
) => HandlerResult<Output>;

/** Fails a job with exactly this text: no type, no stack, no host name. For failures that the caller can understand. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
}
