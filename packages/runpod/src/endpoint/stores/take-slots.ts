import type { Taker } from "./job-store.js";

/** Most jobs that one take hands out. */
const maxJobsPerTake = 1_000;

/**
 * Which taker gets the first job, the second, and so on: by turns, so that a taker that wants many leaves none idle.
 * @returns places in `takers`.
 */
export function takeSlots(takers: readonly Taker[]): readonly number[] {
  const slots: number[] = [];
  let waiting = takers.map((_, place) => place);
  for (let round = 1; waiting.length > 0 && slots.length < maxJobsPerTake; round++) {
    waiting = waiting.filter((place) => (takers[place] as Taker).limit >= round);
    slots.push(...waiting);
  }
  return slots.slice(0, maxJobsPerTake);
}
