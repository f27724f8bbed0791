import { withoutLineEnd } from "./blanks.js";
import { readDirectives } from "./directives.js";
import type { Dockerfile, DockerfileProblem } from "./dockerfile.js";
import { readLogicalLine } from "./logical-line.js";
import { readStatement } from "./read-statement.js";
import type { Statement } from "./settle-problems.js";
import { settleProblems } from "./settle-problems.js";

/** Bytes of a line, without its end, that BuildKit's scanner holds (Go's `bufio.MaxScanTokenSize` less one). */
const maxLineByteLength = 65_535;

/**
 * Parses a Dockerfile after the grammar of BuildKit's `frontend/dockerfile/parser`, and names what BuildKit would refuse.
 * Never throws: whatever the text is, the answer is what could be read of it.
 */
export function parseDockerfile(path: string, text: string): Dockerfile {
  const rawLines = text.replace(/^\uFEFF/u, "").split("\n");
  if (rawLines.at(-1) === "") rawLines.pop();
  const lines = rawLines.map(withoutLineEnd);
  const { directives, escape, problems } = readDirectives(lines);
  const statements: Statement[] = [];
  for (let index = 0; index < lines.length; index++) {
    const logical = readLogicalLine(path, lines, index, escape);
    if (logical === undefined) continue;
    const statement = readStatement(logical, rawLines, escape);
    statements.push(statement);
    index = statement.endLine - 1;
  }
  const settled = settleProblems(statements);
  return {
    path,
    lines,
    directives,
    escape,
    instructions: settled.instructions,
    problems: [...problems, ...tooLongLines(rawLines), ...settled.problems].toSorted((a, b) => a.line - b.line),
  };
}

/** BuildKit reads nothing behind the first line that is too long. */
function tooLongLines(lines: readonly string[]): readonly DockerfileProblem[] {
  const index = lines.findIndex((line) => line.length * 3 > maxLineByteLength && isTooLong(line));
  if (index === -1) return [];
  const message = `The line is longer than ${maxLineByteLength} bytes, the most that BuildKit reads.`;
  return [{ kind: "bad-arguments", message, line: index + 1, endLine: index + 1 }];
}

function isTooLong(line: string): boolean {
  return Buffer.byteLength(line) > maxLineByteLength;
}
