import type { Clock } from "#client/clock.js";

/** A clock that stands still but for its sleeps, which take no time and are written down. */
export interface TestClock extends Clock {
  readonly pauses: readonly number[];
}

/** A clock at 0 whose chance is always 0. */
export function testClock(): TestClock {
  let time = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => time,
    random: () => 0,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      pauses.push(ms);
      time += ms;
    },
  };
}
