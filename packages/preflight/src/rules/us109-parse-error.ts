import { assertNever } from "#model/assert-never.js";
import type { DockerfileProblem, Instruction } from "#facts/dockerfile/dockerfile.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** A line that BuildKit cannot read: the build stops before its first step. One finding at the cause. */
export const parseError: ImageRule = {
  scope: "image",
  meta: {
    id: "US109",
    name: "parse-error",
    level: "error",
    phase: "build",
    summary: "BuildKit cannot read the Dockerfile.",
    seeds: ["S81"],
    fix: "auto",
  },
  *check(image) {
    const { path, problems } = image.dockerfile;
    for (const problem of problems) {
      const { message, line, endLine, kind } = problem;
      const fix = kind === "unknown-instruction" ? asHeredoc(problem, image) : undefined;
      yield {
        message: `The build stops before its first step: ${message}`,
        remedy: remedyFor(kind),
        at: endLine > line ? { path, line, endLine } : { path, line },
        ...(fix === undefined ? {} : { fix }),
      };
    }
  },
};

function remedyFor(kind: DockerfileProblem["kind"]): string {
  switch (kind) {
    case "unknown-instruction":
      return "Put a program of several lines in a here-document (RUN python <<'PY' … PY), or end each line with a backslash.";
    case "unterminated-quote":
      return "Close the quote on its line.";
    case "unterminated-heredoc":
      return "End the here-document with its name alone on a line, without blanks before it.";
    case "missing-arguments":
    case "bad-arguments":
      return "Write the instruction as the Dockerfile reference has it.";
    case "instruction-before-from":
      return "Move it below FROM.";
    case "no-from":
      return "Begin with FROM and the image to build on.";
    case "empty":
      return "Write the Dockerfile, or delete the file.";
    default:
      return assertNever(kind);
  }
}

/** `RUN python -c "` with its program on the lines below: a here-document says the same to every shell. */
function asHeredoc({ line, endLine }: DockerfileProblem, { dockerfile }: ImageFacts): Fix | undefined {
  const { path, lines, instructions } = dockerfile;
  const opener = instructions.findLast((instruction) => instruction.line < line);
  if (opener === undefined || !isOneLineRun(opener, line)) return undefined;
  const start = /^(RUN\s+(?:set -\S+ && )?python[\d.]*) -c (["'])\s*$/.exec(lines[opener.line - 1] ?? "");
  const quote = start?.[2];
  const body = lines.slice(opener.line, endLine);
  const last = body.pop()?.trim();
  const isLiteral = quote === "'" || body.every((each) => !/[\\"$`]/.test(each));
  const isWhole = last === quote && body.every((each) => !each.includes(quote ?? "") && each.trim() !== "PY");
  if (start === null || !isWhole || !isLiteral) return undefined;
  return {
    title: "Put the program in a here-document",
    edits: [{ kind: "lines", path, startLine: opener.line, endLine, lines: [`${start[1]} <<'PY'`, ...body, "PY"] }],
  };
}

const isOneLineRun = ({ keyword, line, endLine }: Instruction, next: number) =>
  keyword === "RUN" && line === endLine && next === line + 1;
