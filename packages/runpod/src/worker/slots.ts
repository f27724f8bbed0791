/** A job that this worker has. */
export interface Slot {
  readonly jobId: string;
  /** Aborted when the job is stopped. Its reason says why. */
  readonly controller: AbortController;
  /** Whether its handler has ended: its result is on the way. */
  hasOutcome: boolean;
}

/** The jobs that this worker has at this moment, from their taking until their results are delivered. */
export interface Slots {
  readonly size: number;
  readonly jobIds: readonly string[];
  readonly unfinished: readonly Slot[];
  find(jobId: string): Slot | undefined;
  open(jobId: string): Slot;
  close(slot: Slot): void;
  /** Resolves when the next job ends, or at `wake`. */
  nextEnd(): Promise<void>;
  /** Lets whoever waits look again. */
  wake(): void;
  /** Resolves when there is no job. */
  idle(): Promise<void>;
}

/** @param onChange is told the ids whenever a job comes or goes. */
export function createSlots(onChange: (jobIds: readonly string[]) => void): Slots {
  const slots = new Map<string, Slot>();
  const waiting: (() => void)[] = [];
  const self: Slots = {
    get size() {
      return slots.size;
    },
    get jobIds() {
      return [...slots.keys()];
    },
    get unfinished() {
      return [...slots.values()].filter((slot) => !slot.hasOutcome);
    },
    find: (jobId) => slots.get(jobId),
    open(jobId) {
      const slot: Slot = { jobId, controller: new AbortController(), hasOutcome: false };
      slots.set(jobId, slot);
      onChange(self.jobIds);
      return slot;
    },
    close(slot) {
      slots.delete(slot.jobId);
      onChange(self.jobIds);
      self.wake();
    },
    nextEnd: () => new Promise((resolve) => void waiting.push(resolve)),
    wake() {
      for (const resolve of waiting.splice(0)) resolve();
    },
    async idle() {
      while (slots.size > 0) await self.nextEnd();
    },
  };
  return self;
}
