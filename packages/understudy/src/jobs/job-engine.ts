import type { Run } from "@understudy/render";

/** What a runner is given of a render to make. */
export interface RenderJobTicket {
  readonly renderId: string;
  /** 1, and one more for each retry. */
  readonly run: number;
  readonly keyId: string;
  /** Renders of that key that may be in work at a time. */
  readonly rendersAtOnce: number;
  /** Higher comes first. */
  readonly priority: number;
}

/** A run whose children survive the process that made them. */
export interface DurableRun extends Run {
  /** Which process works on it. */
  readonly runnerId: string;
  /**
   * Whether the run goes on elsewhere or later: whoever works on it here stops and notes nothing. `signal` is aborted then too,
   * and `step` and `child` reject.
   */
  readonly isAbandoned: boolean;
}

/**
 * Makes one render, from its row to its end; it notes the end itself and does not throw for what is wrong with the render. When it
 * throws nevertheless, such as for a database that was away, it is called again, in a second at first and then ever later.
 * Whatever it does outside of `run.child` is done again after a crash.
 */
export type RenderWork = (ticket: Pick<RenderJobTicket, "renderId" | "run">, run: DurableRun) => Promise<void>;

/** Hands renders to runners, here and on other machines, and does not lose one. `jobs/` alone knows how. */
export interface JobEngine {
  /** Safe to repeat. */
  submit(ticket: RenderJobTicket): Promise<void>;
  /** Stops a waiting or running run within a second, wherever it runs; no error when there is none. */
  cancel(ticket: Pick<RenderJobTicket, "renderId" | "run">): Promise<void>;
  /** Renders in work in this process. */
  readonly runningCount: number;
  /** Takes no more; waits for what runs, at most so long; what is left then goes on elsewhere or at the next start. */
  close(drainSeconds: number): Promise<void>;
}
