import type { AuditLine } from "./audit-log.js";

/** How much earlier a line may be than the one before: its time was taken before it waited for its turn. */
const clockSlackMilliseconds = 10_000;

/** Whether a line is earlier than the one before by more than a wait can explain. */
export function isEarlier(line: AuditLine, before: AuditLine): boolean {
  return Date.parse(line.at) + clockSlackMilliseconds < Date.parse(before.at);
}

/** The warning of the first such line, counted from 1; none without one. */
export function wentBack(line: number | undefined): string[] {
  return line === undefined ? [] : [`Line ${line} is earlier than the line before it: this machine's clock went back.`];
}
