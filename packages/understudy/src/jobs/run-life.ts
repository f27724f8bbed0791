/** What a run's signal is aborted with when the run goes on elsewhere; for the pipeline it is as a cancel. */
export class RunAbandoned extends Error {
  override readonly name = "AbortError";

  constructor() {
    super("The run goes on elsewhere, or later.");
  }
}

/** A run in work in this process: from its start to its end, or until it is somebody else's. */
export interface RunLife {
  /** Aborted when either happens. */
  readonly signal: AbortSignal;
  /** Aborted when the run goes on elsewhere. */
  readonly abandoned: AbortSignal;
  /** The run is to end: its work notes that. */
  cancel(): void;
  /** The run is not to end here: what its work learns from here on counts nothing. */
  abandon(): void;
}

/** A life that has just begun. */
export function beginLife(): RunLife {
  const cancelled = new AbortController();
  const abandoned = new AbortController();
  return {
    signal: AbortSignal.any([cancelled.signal, abandoned.signal]),
    abandoned: abandoned.signal,
    cancel: () => cancelled.abort(),
    abandon: () => abandoned.abort(new RunAbandoned()),
  };
}
