import type { GivenValue } from "./layers.js";
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
    if (setting === undefined) {
      // The value of a key that we do not know may be a secret meant for something else: it is never shown.
      return [
        {
          path: path || "(top)",
          source,
          expected: path === "" ? "an object" : "no such setting",
          received: "(not shown)",
        },
      ];
    }
    if (value !== undefined && setting.schema.safeParse(value).success) return [];
    return [{ path, source, expected: setting.range, received: shown(value) }];
  });
}

/** One line a problem, as the command prints it. */
export function problemInWords(problem: ConfigProblem): string {
  if (problem.expected === "no such setting") return `${problem.path} (${problem.source}): no such setting`;
  return `${problem.path} (${problem.source}): expected ${problem.expected}, received ${problem.received}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
