import { leadingSpaces } from "./blanks.js";
import type { Dockerfile, DockerfileProblem } from "./dockerfile.js";

/** What the first comment lines say to the builder. */
export interface Directives {
  readonly directives: Dockerfile["directives"];
  readonly escape: Dockerfile["escape"];
  readonly problems: readonly DockerfileProblem[];
}

/**
 * Reads `# syntax=`, `# escape=` and `# check=`. They stand before everything else: the first line that is none of them
 * (an empty one, another comment) ends them, and what looks like one later is a comment.
 */
export function readDirectives(lines: readonly string[]): Directives {
  const directives = new Map<string, { value: string; line: number }>();
  const problems: DockerfileProblem[] = [];
  let escape: Dockerfile["escape"] = "\\";
  for (const [index, written] of lines.entries()) {
    const directive = readDirective(written);
    if (directive === undefined) break;
    const line = index + 1;
    const { name, value } = directive;
    if (directives.has(name)) {
      problems.push(problem(`BuildKit accepts only one ${name} directive.`, line));
      continue;
    }
    directives.set(name, { value, line });
    if (name !== "escape") continue;
    if (value === "\\" || value === "`") escape = value;
    else problems.push(problem("The escape directive must be a backslash or a backtick.", line));
  }
  return { directives, escape, problems };
}

/** The directive of one line; undefined: it is something else. */
function readDirective(line: string): { name: string; value: string } | undefined {
  const comment = line.slice(leadingSpaces(line));
  if (!comment.startsWith("#")) return undefined;
  const match = /^#\s*([a-z][a-z0-9]*)\s*=(.*)$/iu.exec(comment);
  const name = match?.[1]?.toLowerCase();
  const value = match?.[2]?.trim();
  if (name !== "syntax" && name !== "escape" && name !== "check") return undefined;
  return value === undefined || value === "" ? undefined : { name, value };
}

function problem(message: string, line: number): DockerfileProblem {
  return { kind: "bad-arguments", message, line, endLine: line };
}
