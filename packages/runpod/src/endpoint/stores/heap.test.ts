import { describe, expect, it } from "vitest";
import { createHeap } from "./heap.js";

describe("heap", () => {
  it("gives its items in order, however they were added, moved and removed", () => {
    const items = Array.from({ length: 200 }, (_, index) => ({ rank: (index * 7919) % 211 }));
    const heap = createHeap<{ rank: number }>((one, other) => one.rank < other.rank);
    for (const item of items) heap.put(item);
    for (const [index, item] of items.entries()) {
      if (index % 3 === 0) heap.remove(item);
      if (index % 3 === 1) item.rank = (item.rank * 31) % 223;
      if (index % 3 === 1) heap.put(item);
    }
    heap.remove({ rank: 1 });
    const left = items.filter((_, index) => index % 3 !== 0);
    expect(heap.size).toBe(left.length);
    const drained: number[] = [];
    for (let item = heap.first(); item; item = heap.first()) {
      drained.push(item.rank);
      heap.remove(item);
    }
    expect(drained).toEqual(left.map(({ rank }) => rank).sort((a, b) => a - b));
  });
});
