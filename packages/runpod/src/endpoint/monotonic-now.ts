/** Milliseconds since 1970 that never jump: the time of day when the process began, and the time since. */
export function monotonicNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
