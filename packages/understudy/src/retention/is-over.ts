const dayMilliseconds = 86_400_000;

/** Whether `days` have passed since `end`; never for what has not ended. */
export function isOver(end: string | undefined, days: number, now: Date): boolean {
  return end !== undefined && Date.parse(end) + days * dayMilliseconds <= now.getTime();
}
