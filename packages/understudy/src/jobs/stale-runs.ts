/** Tells what has been there for too long. */
export interface StaleRuns {
  /** @param ids what is there now. @returns those of them that were there at every call for so long. */
  of(ids: readonly string[]): readonly string[];
}

/** Counts from the first call that names an id; one that is missing once begins anew. @param clockMs monotonic milliseconds. */
export function findStale(afterMs: number, clockMs: () => number = () => performance.now()): StaleRuns {
  let since: ReadonlyMap<string, number> = new Map();
  return {
    of(ids) {
      const nowMs = clockMs();
      since = new Map(ids.map((id) => [id, since.get(id) ?? nowMs]));
      return ids.filter((id) => nowMs - since.get(id)! >= afterMs);
    },
  };
}
