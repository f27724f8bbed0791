/* oxlint-disable no-control-regex */

/** Control characters, line separators, and the bidi controls that show a text in another order than it has. */
const steering = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** Workflow commands: GitHub's runner obeys `::name` at the start of any line, `##[name]` anywhere (actions/runner). */
const runnerCommand = /(?<!\S):(?=:\w)|#(?=#\[)/g;

/**
 * One line that can neither steer a terminal or a runner nor begin a line of its own; a stranger named the files in it.
 */
export function printable(text: string): string {
  return text.replaceAll("\t", " ").replace(steering, "?").replace(runnerCommand, "?");
}

/** JSON that can be shown on a terminal: what `JSON.stringify` leaves of such characters is escaped as well. */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    leftByJson,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const leftByJson = /[\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]|#(?=#\[)/g;

/** At most `length` characters, the rest told by three dots. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 3))}...`;
}

/** "1 error", "2 errors". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
