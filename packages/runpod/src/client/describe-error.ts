import { calmText } from "./calm-text.js";
import { isObject, parseObject } from "./json.js";

/**
 * One sentence from the `error` of a failed job: the type and the message, without the traceback. Knows the report that the
 * Python SDK sends as JSON text when a handler throws, its generators' `handler: ... traceback: ...`, and objects.
 */
export function describeError(error: unknown): string {
  return calmText(sentenceOf(error)) || "No reason was given.";
}

function sentenceOf(error: unknown): string {
  if (typeof error === "string") {
    const report = parseObject(error);
    return report === undefined ? withoutTraceback(error) : sentenceOfReport(report);
  }
  return isObject(error) ? sentenceOfReport(error) : "";
}

function sentenceOfReport(report: Readonly<Record<string, unknown>>): string {
  const message = [report["error_message"], report["message"], report["error"], report["detail"]].find(isText);
  const type = [report["error_type"], report["type"], report["name"]].find(isText);
  return [
    type === undefined ? undefined : shortType(type),
    message === undefined ? undefined : withoutTraceback(message),
  ]
    .filter(isText)
    .join(": ");
}

/** Python's `<class 'package.module.Name'>` becomes `Name`. */
function shortType(type: string): string {
  return /^<class '(?:[\w.]*\.)?(\w+)'>$/.exec(type.slice(0, 200))?.[1] ?? type;
}

function withoutTraceback(text: string): string {
  const start = text.search(/\btraceback\b(?::| \(most recent call last\))/i);
  if (start < 0) return text;
  const before = text.slice(0, start).replace(/^handler: /, "");
  if (before.trim() !== "") return before;
  // Nothing but a traceback: its last line names the error.
  return text.trimEnd().split("\n").at(-1) ?? "";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
