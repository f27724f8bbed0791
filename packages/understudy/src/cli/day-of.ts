/** The day of an RFC 3339 time as people write it, such as `22 November 2026`; in UTC, so that it is the same everywhere. */
export function dayOf(time: string): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(time));
}
