import type { StoreEvent } from "./job-store.js";

/** Passes events on to whoever listens. */
export interface EventHub {
  emit(event: StoreEvent): void;
  /** @returns stops that. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  close(): void;
}

/** A hub whose listeners are called after whatever runs now, so that one that throws spoils no act of the store. */
export function createEventHub(): EventHub {
  const listeners = new Set<{ readonly call: (event: StoreEvent) => void }>();
  return {
    emit(event) {
      for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener.call(event));
    },
    subscribe(call) {
      const listener = { call };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => listeners.clear(),
  };
}
