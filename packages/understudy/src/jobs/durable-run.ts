import { createInProcessRun } from "@understudy/render";
import type { DurableRun } from "./job-engine.js";
import type { KeptChildren } from "./kept-children.js";
import type { RunLife } from "./run-life.js";

/** What a durable run is made of. */
export interface DurableRunOptions {
  readonly life: RunLife;
  readonly runnerId: string;
  readonly children: KeptChildren;
  now(): Date;
}

/** A run that takes children of earlier lives from what is kept, and keeps those that it makes. */
export function createDurableRun({ life, runnerId, children, now }: DurableRunOptions): DurableRun {
  const { signal } = life;
  const inner = { ...createInProcessRun({ signal }), now };
  return {
    ...inner,
    runnerId,
    get isAbandoned() {
      return life.abandoned.aborted;
    },
    step: async (name, action) => await afterwards(signal, inner.step(name, action)),
    async child<T>(name: string, action: (run: typeof inner) => Promise<T>, files: readonly string[] = []): Promise<T> {
      signal.throwIfAborted();
      const kept = await children.restore(name, files, signal);
      if (kept !== undefined) return kept.value as T;
      // What a later life would get is what this one gets.
      const value = throughJson(await afterwards(signal, inner.child(name, action)));
      if (!(await children.keep(name, value, files, signal))) life.abandon();
      signal.throwIfAborted();
      return value;
    },
  };
}

/** Whatever comes of an action is of no use when the run ended meanwhile. */
async function afterwards<T>(signal: AbortSignal, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } finally {
    signal.throwIfAborted();
  }
}

function throughJson<T>(value: T): T {
  return (JSON.parse(JSON.stringify({ value })) as { value: T }).value;
}
