import { UnderstudyError } from "@understudy/render";

/**
 * Reads when a consent ends: `90d`, `1y`, or a day or time such as `2027-06-30` (its first moment, UTC).
 * @returns RFC 3339, UTC.
 * @throws UnderstudyError `bad-usage` for another text, or a moment that is over.
 */
export function readExpiry(text: string, now: Date): string {
  const end = spanFrom(text, now) ?? momentOf(text);
  if (end === undefined || end.getTime() <= now.getTime()) {
    throw new UnderstudyError("bad-usage", `--expires expects a moment to come but received "${text}".`, {
      hint: "Give a number of days or years, or a day: --expires 90d, --expires 1y, --expires 2027-06-30.",
    });
  }
  return end.toISOString();
}

/** A day, or a time with its zone; undefined for anything else. */
export function momentOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

function spanFrom(text: string, now: Date): Date | undefined {
  const [, count, unit] = /^([1-9]\d{0,3})([dy])$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const end = new Date(now);
  if (unit === "d") end.setUTCDate(end.getUTCDate() + Number(count));
  else end.setUTCFullYear(end.getUTCFullYear() + Number(count));
  return end;
}
