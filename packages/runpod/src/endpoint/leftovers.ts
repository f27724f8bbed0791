/**
 * Things that are given out once, and came back because whoever asked had hung up; the next one who asks gets them first.
 * Kept in this process only, and only of the last `maxKeys` keys: a rare loss on top of a rare loss.
 */
export interface Leftovers<Item> {
  putBack(key: string, items: readonly Item[]): void;
  take(key: string): readonly Item[];
}

const maxKeys = 100;

/** Leftovers in memory. */
export function createLeftovers<Item>(): Leftovers<Item> {
  const kept = new Map<string, readonly Item[]>();
  return {
    putBack(key, items) {
      const all = [...items, ...(kept.get(key) ?? [])];
      kept.delete(key);
      if (all.length > 0) kept.set(key, all);
      const oldest = kept.keys().next();
      if (kept.size > maxKeys && oldest.done !== true) kept.delete(oldest.value);
    },
    take(key) {
      const items = kept.get(key) ?? [];
      kept.delete(key);
      return items;
    },
  };
}
