/** A stage of the pipeline, in the order of the data's way. */
export type Stage = "intake" | "plan" | "swap" | "stitch" | "seal" | "verify" | "deliver";

/** What a render tells while it runs. */
export interface ProgressEvent {
  readonly stage: Stage;
  /** Units done and planned in this stage (frames in swap, packets in stitch and verify). */
  readonly done: number;
  readonly total: number;
  readonly unit: "frames" | "packets" | "files";
}

/**
 * The port that `pipeline.ts` is written against. The command line runs it in process; a server may make every
 * step a durable checkpoint, therefore a step's value must survive `structuredClone`.
 */
export interface Run {
  readonly signal: AbortSignal;
  /** Runs `action` once; a durable run returns the kept value when the step finished in an earlier life. */
  step<T>(name: string, action: () => Promise<T>): Promise<T>;
  /** Like `step`, for work that has its own steps and may run beside its siblings. */
  child<T>(name: string, action: (run: Run) => Promise<T>): Promise<T>;
  progress(event: ProgressEvent): void;
  now(): Date;
}

/** A run that lives and dies with this process. */
export function createInProcessRun(options: {
  signal?: AbortSignal;
  onProgress?: (event: ProgressEvent) => void;
}): Run {
  const signal = options.signal ?? new AbortController().signal;
  const run: Run = {
    signal,
    step: (_name, action) => {
      signal.throwIfAborted();
      return action();
    },
    child: (_name, action) => {
      signal.throwIfAborted();
      return action(run);
    },
    progress: (event) => options.onProgress?.(event),
    now: () => new Date(),
  };
  return run;
}
