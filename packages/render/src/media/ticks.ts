import type { Rational } from "#model/media.js";

/** Seconds of a number of ticks. */
export function ticksToSeconds(ticks: number, timeBase: Rational): number {
  return (ticks * timeBase.numerator) / timeBase.denominator;
}

/** The nearest tick to a time. */
export function secondsToTicks(seconds: number, timeBase: Rational): number {
  return Math.round((seconds * timeBase.denominator) / timeBase.numerator);
}

/** Least common multiple of two rates when it stays below 2^31, else the first. */
export function commonRate(left: number, right: number): number {
  let [a, b] = [left, right];
  while (b !== 0) [a, b] = [b, a % b];
  const common = (left / a) * right;
  return common < 2 ** 31 ? common : left;
}
