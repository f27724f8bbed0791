import type { Complaint } from "./check-instruction.js";
import type { DockerfileProblem, Instruction } from "./dockerfile.js";

/** One logical line, with its here-documents, as BuildKit reads it. */
export interface Statement {
  /** The first word, as written. */
  readonly word: string;
  /** The logical line. */
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
  /** Undefined: no instruction has that name. */
  readonly instruction: Instruction | undefined;
  /** Why BuildKit refuses the statement by itself. */
  readonly complaint: Complaint | undefined;
}

/** The statements that are instructions, and what is wrong. */
export interface Settled {
  readonly instructions: readonly Instruction[];
  readonly problems: readonly DockerfileProblem[];
}

/**
 * Tells causes from consequences. A quote that RUN leaves open makes BuildKit read the lines of a Python program as
 * instructions, `from x import y` among them: that is one fault at its first line, and none of those lines is an instruction.
 */
export function settleProblems(statements: readonly Statement[]): Settled {
  const instructions: Instruction[] = [];
  const problems: DockerfileProblem[] = [];
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index];
    if (statement === undefined) break;
    const opener = statements[index - 1];
    const quote = opener?.instruction === undefined ? "" : openQuote(opener.text, "");
    const isMisread = statement.instruction === undefined || (quote !== "" && opener?.complaint === undefined);
    if (statement.complaint !== undefined && isMisread) {
      // The open quote of ENV or COPY is a complaint by itself, but BuildKit stops at these lines before it looks.
      if (quote !== "" && opener?.complaint?.kind === "unterminated-quote") problems.pop();
      const end = endOfMisreading(statements, index, quote);
      problems.push(
        problem(statement.complaint, statement.line, statements[end]?.endLine, quote === "" ? undefined : opener),
      );
      index = end;
      continue;
    }
    if (statement.complaint !== undefined)
      problems.push(problem(statement.complaint, statement.line, statement.endLine));
    if (statement.instruction !== undefined) instructions.push(statement.instruction);
  }
  return { instructions, problems: [...problems, ...checkOrder(instructions, problems)] };
}

/** Index of the last statement that is no instruction but text behind an open quote, or more of the same nonsense. */
function endOfMisreading(statements: readonly Statement[], start: number, quoteBefore: string): number {
  const opener = statements[start - 1];
  let quote = quoteBefore;
  let end = start;
  for (;;) {
    quote = openQuote(statements[end]?.text ?? "", quote);
    const next = statements[end + 1];
    if (next === undefined || isInstruction(next, opener, quote)) return end;
    end++;
  }
}

/** In a file of upper-case instructions, an upper-case one ends the quoted text even when its quotes do not balance. */
function isInstruction(statement: Statement, opener: Statement | undefined, quote: string): boolean {
  if (statement.instruction === undefined) return false;
  const isUpperCase = [statement, opener].every((each) => each === undefined || each.word === each.word.toUpperCase());
  return isUpperCase || (statement.complaint === undefined && quote === "");
}

/** The quote that is open at the end of a shell text; "": none. */
function openQuote(text: string, before: string): string {
  let quote = before;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && quote !== "'") at++;
    else if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
  }
  return quote;
}

function problem(complaint: Complaint, line: number, endLine = line, opener?: Statement): DockerfileProblem {
  if (opener === undefined) return { ...complaint, line, endLine };
  const { kind } = complaint;
  const cause = `BuildKit reads the text behind the open quote of line ${opener.line} as instructions`;
  return { kind, message: `${cause}: ${complaint.message}`, line, endLine };
}

/** What BuildKit says of the instructions together. */
function checkOrder(
  instructions: readonly Instruction[],
  problems: readonly DockerfileProblem[],
): readonly DockerfileProblem[] {
  const first = instructions.find(({ keyword, isOnbuild }) => isOnbuild || keyword !== "ARG");
  if (first !== undefined && (first.isOnbuild || first.keyword !== "FROM")) {
    const message = `${first.keyword} stands before the first FROM, where only ARG may.`;
    return [{ kind: "instruction-before-from", message, line: first.line, endLine: first.endLine }];
  }
  if (first !== undefined || problems.length > 0) return [];
  const last = instructions.at(-1);
  if (last === undefined) return [{ kind: "empty", message: "The file has no instruction.", line: 1, endLine: 1 }];
  return [{ kind: "no-from", message: "The file has no FROM.", line: last.line, endLine: last.endLine }];
}
