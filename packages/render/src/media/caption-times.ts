/** Ticks a second of the clock that pictures have while captions are drawn on them. */
export const painterTicksPerSecond = 2000;

/**
 * The tick of a time of the film, which may not be negative: in the middle of its millisecond, for libass counts in whole ones and
 * cuts off what a product of fractions leaves over.
 */
export function painterTick(seconds: number): number {
  return 2 * Math.floor(Math.max(0, seconds) * 1000 + 1e-6) + 1;
}
