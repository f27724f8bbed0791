import { removePartials } from "@understudy/render";

/** Process-wide on purpose: leaving at once (a second Ctrl-C, a worker that will not stop) is process-wide too. */
const pending = new Set<() => void>([removePartials]);

/**
 * Names something of this process to remove if it must leave before its `finally` blocks ran; call the result once it is
 * gone. What a store has under way is known to `removePartials` and needs no name here.
 */
export function registerLeftover(remove: () => void): () => void {
  pending.add(remove);
  return () => void pending.delete(remove);
}

/** Removes everything that is still registered; synchronous, never throws. */
export function removeLeftovers(): void {
  for (const remove of pending) {
    try {
      remove();
    } catch {
      // Leaving matters more; a folder that cannot be removed stays.
    }
  }
}
