/* oxlint-disable no-control-regex */

/** Control characters but the newline, and the bidi controls that show a text in another order than it has. */
const steering = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** A text of several lines without what could steer the reader's terminal; a stranger may have named the files in it. */
export function printable(text: string): string {
  return text.replace(steering, "?");
}

/** The same for what is one line, such as a path: a newline in a name must not begin a line of its own. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "?");
}
