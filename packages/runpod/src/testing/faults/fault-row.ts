import type { Child } from "#testing/child.js";
import type { WorkerStart } from "#testing/contenders.js";
import type { RecordingServer } from "#testing/recording-server.js";

/** A worker's library and a platform of its own, for one fault. */
export interface FaultScene {
  readonly server: RecordingServer;
  /** Starts the worker, as it was before when it is started again, and waits for its first poll. */
  start(): Promise<Child>;
  /** Waits until this job has ended, for 10 s unless told otherwise. */
  ended(jobId: string, patienceMs?: number): Promise<void>;
}

/** What was seen. Lost jobs and results are counted by whoever plays the fault. */
export interface FaultAccount {
  /** Where polls failed: how many there were a second, meanwhile. */
  readonly pollsPerSecond?: number;
  /** What happened, in a few words. */
  readonly verdict: string;
}

/** Something that goes wrong between a worker and its platform. */
export interface FaultRow {
  readonly name: string;
  /** How the worker is started. */
  readonly worker?: Partial<WorkerStart>;
  /** How long an empty poll is held; default 1000. */
  readonly pollMs?: number;
  play(scene: FaultScene): Promise<FaultAccount>;
}
