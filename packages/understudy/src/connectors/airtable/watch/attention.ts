import { errorFacts } from "@understudy/render";
import { maxRecordsAtOnce } from "#connectors/airtable/client/airtable-client.js";
import type { ConnectionProblem } from "#connectors/airtable/connections/connection.js";

/** What one connection needs next, as far as this process knows; times are milliseconds of a clock that does not jump. */
export interface Attention {
  /** Its webhook told that there is something to read. */
  hasNews: boolean;
  /** Until then news waits while results are written. */
  newsAt: number;
  /** Its table may not be what it was. */
  mustLook: boolean;
  pollAt: number;
  hookAt: number;
  /** Why it has no webhook, where it should: it works without. */
  hookProblem: ConnectionProblem | undefined;
  /** Rows that wait to be written wait for others until then; undefined: none waits. */
  gatherUntil: number | undefined;
  /** Its webhook has told something in this turn: until then the table is polled as if there were none. */
  isTold: boolean;
  /** Failures in a row. */
  failures: number;
  quietUntil: number;
}

/** Between two polls of a table whose webhook works, in milliseconds. */
const safetyPollMs = 300_000;

/** How long news waits while results are written, in milliseconds: Airtable tells us of each batch that we write. */
const newsMs = 5_000;

/** Between two looks after a webhook, in milliseconds. */
const hookMs = 3_600_000;

/** How long a few rows wait for others, so that they are written together, in milliseconds. */
const gatherMs = 1_000;

/** Before what a person has to mend is tried again, in milliseconds. */
const patienceMs = 300_000;

/** Of a connection that this process sees for the first time, or that was changed: all of it is due. */
export function freshAttention(): Attention {
  return {
    hasNews: true,
    newsAt: -Infinity,
    mustLook: true,
    pollAt: -Infinity,
    hookAt: -Infinity,
    hookProblem: undefined,
    gatherUntil: undefined,
    isTold: false,
    failures: 0,
    quietUntil: -Infinity,
  };
}

/** Whether news is read now. @param hasWritten more results may wait. */
export function isNewsDue({ hasNews, newsAt }: Attention, hasWritten: boolean, now: number): boolean {
  return hasNews && (!hasWritten || now >= newsAt);
}

/** All news was read. */
export function noteNews(attention: Attention, now: number): void {
  attention.hasNews = false;
  attention.newsAt = now + newsMs;
}

/** The table was polled. */
export function notePoll(attention: Attention, now: number, pollMs: number): void {
  attention.pollAt = now + (attention.isTold ? safetyPollMs : pollMs);
}

/** The webhook was looked after. */
export function noteHookLook(attention: Attention, now: number): void {
  attention.hookAt = now + hookMs;
}

/** Whether so many rows are written now, or wait for others. */
export function isGathered(attention: Attention, dueCount: number, now: number): boolean {
  if (dueCount === 0) {
    attention.gatherUntil = undefined;
    return false;
  }
  attention.gatherUntil ??= now + gatherMs;
  return dueCount >= maxRecordsAtOnce || now >= attention.gatherUntil;
}

/** What was gathered is written. */
export function noteWritten(attention: Attention): void {
  attention.gatherUntil = undefined;
}

/** It works. */
export function noteSuccess(attention: Attention): void {
  attention.failures = 0;
  attention.quietUntil = -Infinity;
}

/**
 * It does not work: it is left alone for five minutes when a person has to mend something, else for a second and then ever longer, up
 * to a minute.
 * @param share 0 to 1, by chance: those who fail together do not come back together.
 */
export function noteFailure(
  attention: Attention,
  { code }: Pick<ConnectionProblem, "code">,
  now: number,
  share: number,
): void {
  attention.failures += 1;
  // Until Airtable was asked again, nobody knows that it was mended.
  attention.mustLook ||= code === "airtable-table" || code === "airtable-token";
  // A key that holds no longer keeps rows from being rendered, and must not keep others from being cleared.
  const isPassing = errorFacts[code].retryable || code === "internal-error" || code === "forbidden";
  const doubledMs = Math.min(60_000, 1_000 * 2 ** (attention.failures - 1));
  attention.quietUntil = now + (isPassing ? doubledMs * (0.5 + share / 2) : patienceMs);
}

/** When it needs something by itself: whatever failed is tried again, a write or news as well as a poll. */
export function nextNeedAt({ pollAt, hookAt, gatherUntil = Infinity, failures, quietUntil }: Attention): number {
  return failures > 0 ? quietUntil : Math.min(pollAt, hookAt, gatherUntil);
}
