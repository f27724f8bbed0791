/** Wakes whoever waits for something of a name. */
export interface Topics {
  /** @returns stops it. */
  on(topic: string, wake: () => void): () => void;
  wake(topic: string): void;
  wakeAll(): void;
}

/** What waiters of one endpoint wait for. */
export const topicOf = {
  queued: "queued",
  webhook: "webhook",
  job: (jobId: string) => `job:${jobId}`,
  stop: (workerId: string) => `stop:${workerId}`,
} as const;

/** Topics in memory. */
export function createTopics(): Topics {
  const listeners = new Map<string, Set<() => void>>();
  const wake = (topic: string) => {
    for (const listener of listeners.get(topic) ?? []) listener();
  };
  return {
    on(topic, listener) {
      const own = () => listener();
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(own));
      return () => {
        set.delete(own);
        if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
      };
    },
    wake,
    wakeAll() {
      for (const topic of listeners.keys()) wake(topic);
    },
  };
}
