import type { z } from "zod";
import { configSchema } from "./config-schema.js";
import { nearest } from "./nearest.js";

/** What is wrong with a configuration, one phrase a problem: the path, what was expected and what stands there. */
export function problemsInWords(error: z.ZodError, value: unknown): readonly string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...issue.path, key]));
    if (issue.code === "invalid_key") return [`${inWords(issue.path)}: expected a rule id such as US308`];
    return [`${inWords(issue.path)}: expected ${expectedBy(issue)}, found ${shown(valueAt(value, issue.path))}`];
  });
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return nounOf[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values
        .map(String)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1");
    case "too_small":
      return issue.origin === "number" ? "a number above 0" : "a text that is not empty";
    default:
      return issue.message;
  }
}

const nounOf: Readonly<Record<string, string>> = {
  object: "an object",
  record: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  boolean: "true or false",
};

function unknownKey(path: readonly PropertyKey[]): string {
  const known = path.length === 1 ? Object.keys(configSchema.shape) : path[0] === "payloads" ? ["name", "fields"] : [];
  const guess = nearest(String(path.at(-1)), known);
  return `${inWords(path)}: no such setting${guess === undefined ? "" : `; did you mean ${guess}?`}`;
}

function inWords(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, key) => {
    if (typeof key === "number") return `${before}[${key}]`;
    return before === "" ? String(key) : `${before}.${String(key)}`;
  }, "");
  return text === "" ? "the whole file" : text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** A scalar as it stands, cut; of anything else only its kind: it may be a secret that landed in the wrong place. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
