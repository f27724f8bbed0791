/**
 * Does work on every item, so many at a time, begun in their order. When one fails, the others are told to stop, and the failure is
 * passed on when all of them have.
 * @param signal of all; what work is given is aborted by it, and by a failure of a sibling.
 * @returns what came of each item, in their order.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  laneCount: number,
  signal: AbortSignal,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const siblings = new AbortController();
  const both = AbortSignal.any([signal, siblings.signal]);
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!, index, both);
    }
  };
  const lanes = Array.from({ length: Math.min(laneCount, items.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (thrown) {
    siblings.abort(thrown);
    await Promise.allSettled(lanes);
    throw thrown;
  }
  return results;
}
