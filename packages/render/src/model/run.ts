/** A stage of the pipeline, in the order of the data's way. */
export type Stage = "intake" | "plan" | "voice" | "analyse" | "swap" | "stitch" | "seal" | "verify" | "deliver";

/** What a render tells while it runs. */
export interface ProgressEvent {
  readonly stage: Stage;
  /** Units done and planned in this stage (frames in plan, analyse and swap, passages in voice, packets in stitch and verify). */
  readonly done: number;
  readonly total: number;
  readonly unit: "frames" | "passages" | "packets" | "files";
}

/**
 * The port that `pipeline.ts` is written against. The command line runs it in process; a server keeps what children made, so
 * that a crash costs at most the children in work.
 */
export interface Run {
  readonly signal: AbortSignal;
  /** Work that is done again after a crash: quick beside a child, or of no use without what lies in memory. */
  step<T>(name: string, action: () => Promise<T>): Promise<T>;
  /**
   * Work that is not done twice. Siblings may run at the same time; they are begun in the same order in every life. A durable run
   * keeps the value, which must survive JSON, together with the files, and in a later life puts the files back to where
   * `files` says then, instead of calling `action`. A child that fails is not kept.
   * @param name unique in its run.
   * @param files absolute paths that `action` writes to; one that it did not write is no file of the child.
   */
  child<T>(name: string, action: (run: Run) => Promise<T>, files?: readonly string[]): Promise<T>;
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
