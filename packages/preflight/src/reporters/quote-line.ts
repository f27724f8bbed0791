import { createRedactor } from "#facts/secrets/redactor.js";
import { redact } from "#facts/secrets/redact.js";
import type { Location } from "#model/location.js";
import type { PreflightResult } from "#model/result.js";

/**
 * Quotes source lines of a result, without what looks like a credential. A line on which a security rule found something
 * is never quoted.
 */
export function createQuoter({ project, verdict, suppressed }: PreflightResult): (at: Location) => string | undefined {
  const all = [...verdict.findings, ...suppressed.map(({ finding }) => finding)];
  const secret = new Set(
    all
      .filter(({ phase, ruleId }) => phase === "security" || ruleId.startsWith("US7"))
      .flatMap(({ location, evidence }) => [location, ...evidence.flatMap(({ location: at }) => at ?? [])])
      .flatMap(({ path, line, endLine }) => lineNumbers(line, endLine).map((each) => `${path}:${each}`)),
  );
  const hide = createRedactor(project.files);
  const linesByPath = new Map<string, readonly string[]>();
  return ({ path, line }) => {
    if (secret.has(`${path}:${line}`)) return undefined;
    const lines = linesByPath.get(path) ?? redact(project.files.get(path)?.text ?? "").split(/\r?\n/);
    linesByPath.set(path, lines);
    const text = lines[line - 1]?.trim();
    return text === undefined || text === "" ? undefined : hide(text.slice(0, longestQuote));
  };
}

/** Longer lines are data, not something to read. */
const longestQuote = 400;

/** A hostile file may claim a range of a million lines. */
function lineNumbers(line: number, endLine = line): readonly number[] {
  return Array.from({ length: Math.min(endLine - line + 1, 200) }, (_, index) => line + index);
}
