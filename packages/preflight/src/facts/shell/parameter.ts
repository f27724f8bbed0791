import { posix } from "node:path";
import type { WordScope } from "./word.js";

/** Value of `NAME`, `NAME:-default`, `NAME%/` and the like, as between `${` and `}`; undefined: nobody can know. */
export function expandParameter(body: string, scope: WordScope, depth = 0): string | undefined {
  const match = /^([A-Za-z_]\w*|[0-9]+|[@*#?$!-])([^]*)$/.exec(body);
  if (match === null || depth > maximumDepth) return undefined;
  const [, name = "", operation = ""] = match;
  const value = valueOf(name, scope);
  if (operation === "" || (name === "BASH_SOURCE" && operation === "[0]")) return value;
  const operator = /^(?::?[-=+?]|##?|%%?)/.exec(operation)?.[0];
  if (operator === undefined || scope.isUncertain(name)) return undefined;
  const word = operation.slice(operator.length);
  const inner = (): string | undefined => expandText(word, scope, depth + 1);
  switch (operator) {
    case ":-":
    case ":=":
      return value === undefined || value === "" ? inner() : value;
    case "-":
    case "=":
      return value ?? inner();
    case ":+":
      return value === undefined ? undefined : value === "" ? "" : inner();
    case "+":
      return value === undefined ? undefined : inner();
    case ":?":
    case "?":
      return value;
    default:
      return value === undefined ? undefined : trimmed(value, operator, inner());
  }
}

const maximumDepth = 8;

function valueOf(name: string, scope: WordScope): string | undefined {
  if (name === "PWD") return scope.workdir;
  if (name === "0" || name === "BASH_SOURCE") return scope.scriptPath;
  if (/^[1-9]/.test(name)) return scope.positional && (scope.positional[Number(name) - 1] ?? "");
  if (name === "#") return scope.positional?.length.toString();
  return scope.get(name);
}

/** A default may hold quotes and further variables, but no command. */
function expandText(word: string, scope: WordScope, depth: number): string | undefined {
  let text = "";
  const part = /\\([^])|\$\{((?:[^{}$]|\$\{[^{}]*\})*)\}|\$([A-Za-z_]\w*|[0-9@*#?])|([`$])|["']|([^\\$`"']+)/g;
  for (const [, escaped, braced, name, opaque, plain] of word.matchAll(part)) {
    if (opaque !== undefined) return undefined;
    const reference = braced ?? name;
    const value = reference === undefined ? (escaped ?? plain ?? "") : expandParameter(reference, scope, depth);
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

/** `${x%.*}` and `${x#v}`: patterns of plain text with at most one `*`, at their inner or outer end. */
function trimmed(value: string, operator: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined || pattern === "") return pattern === undefined ? undefined : value;
  const isPrefix = operator.startsWith("#");
  const hasStar = isPrefix ? pattern.startsWith("*") : pattern.endsWith("*");
  const literal = hasStar ? (isPrefix ? pattern.slice(1) : pattern.slice(0, -1)) : pattern;
  if (/[*?[]/.test(literal) || literal === "") return undefined;
  if (!hasStar) {
    if (isPrefix) return value.startsWith(literal) ? value.slice(literal.length) : value;
    return value.endsWith(literal) ? value.slice(0, -literal.length) : value;
  }
  const isLongest = operator.length === 2;
  const at = isLongest === isPrefix ? value.lastIndexOf(literal) : value.indexOf(literal);
  if (at === -1) return value;
  return isPrefix ? value.slice(at + literal.length) : value.slice(0, at);
}

/** An absolute, tidy path; undefined when the folder it hangs on is not known. */
export function resolvePath(path: string, workdir: string | undefined): string | undefined {
  if (path.startsWith("/")) return posix.normalize(path);
  return workdir === undefined ? undefined : posix.normalize(`${workdir}/${path}`);
}
