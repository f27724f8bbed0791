import { printableLine } from "#cli/printable.js";
import { isBranch, type GivenValue } from "./layers.js";
import { settings } from "./settings.js";

/** One wrong value, with all that is needed to put it right. */
export interface ConfigProblem {
  readonly path: string;
  readonly source: string;
  readonly expected: string;
  readonly received: string;
}

/** Checks every given value by itself, so that one wrong value never hides another. */
export function checkValues(values: readonly GivenValue[]): ConfigProblem[] {
  return values.flatMap(({ path, value, source }) => {
    const setting = settings.find((each) => each.path === path);
    // What stands in a place that is not its own may be a secret meant for something else: it is never shown.
    if (isBranch(path)) return [{ path: path || "(top)", source, expected: "an object", received: kindOf(value) }];
    if (setting === undefined) return [{ path, source, expected: "no such setting", received: "(not shown)" }];
    if (value !== undefined && setting.schema.safeParse(value).success) return [];
    return [{ path, source, expected: setting.range, received: shown(value) }];
  });
}

/** One line a problem, as the command prints it. */
export function problemInWords(problem: ConfigProblem): string {
  const { path, source, expected, received } = problem;
  const what = expected === "no such setting" ? expected : `expected ${expected}, received ${received}`;
  return printableLine(`${path} (${source}): ${what}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return "a text";
  return typeof value === "number" ? "a number" : "true or false";
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return kindOf(value);
  // The name and password of an address are nobody's business.
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@]*@/g, "//...@");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
