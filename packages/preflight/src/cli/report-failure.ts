import pc from "picocolors";
import { PreflightError, preflightErrorFacts } from "#model/errors.js";
import { printable, printableJson } from "#reporters/printable.js";
import type { PreflightIo } from "./io.js";

/** Tells what went wrong, as JSON or in three calm lines, and decides the exit status. Only a fault of ours shows a stack. */
export function reportFailure(thrown: unknown, io: PreflightIo, isJson: boolean): number {
  const { code, message, hint, exitStatus } = factsOf(thrown);
  if (isJson)
    io.stdout.write(`${printableJson({ schemaVersion: "preflight/1", error: { code, message, hint } }, 0)}\n`);
  else {
    const color = pc.createColors(io.stderr.isTerminal && !io.env["NO_COLOR"]);
    io.stderr.write(`${color.bold(code)}\n  ${printable(message)}\n  ${color.dim(printable(hint))}\n`);
  }
  if (!(thrown instanceof PreflightError)) io.stderr.write(`\n${stackOf(thrown)}\n`);
  return exitStatus;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exitStatus: number;
}

function factsOf(thrown: unknown): Failure {
  if (thrown instanceof PreflightError) {
    const { code, message, hint } = thrown;
    return { code, message, hint, exitStatus: preflightErrorFacts[code].exitStatus };
  }
  return {
    code: "internal-error",
    message: "Preflight failed in a way that nobody foresaw.",
    hint: "This is a fault of preflight; please report it with the stack below.",
    exitStatus: 3,
  };
}

function stackOf(thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return text.split("\n").map(printable).join("\n");
}
