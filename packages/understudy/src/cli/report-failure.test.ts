import { UnderstudyError } from "@understudy/render";
import { expect, it } from "vitest";
import { interruption } from "./interruption.js";
import type { CliIo } from "./io.js";
import { reportFailure } from "./report-failure.js";

/** Reports a failure of a run that Ctrl-C stopped. @returns the exit status, and what was said. */
function reportOfStopped(thrown: unknown): [number, string] {
  const stopping = new AbortController();
  stopping.abort(interruption("SIGINT"));
  let said = "";
  const stderr = { isTerminal: false, write: (text: string) => void (said += text) };
  const io: Pick<CliIo, "stderr" | "signal" | "env"> = { stderr, signal: stopping.signal, env: {} };
  return [reportFailure(thrown, io as CliIo, false), said];
}

it("a stop is the reason of whatever a stopped run throws", () => {
  const [status, said] = reportOfStopped(new Error("The connection was cut."));
  expect([status, said]).toEqual([130, expect.stringContaining("Stopped by Ctrl-C.\n  → Run the command again")]);
});

it("a command may say what it had done until it was stopped", () => {
  const { message, cause } = interruption("SIGINT");
  const told = new UnderstudyError("cancelled", message, { cause, hint: "A table was made." });
  const [status, said] = reportOfStopped(told);
  expect([status, said]).toEqual([130, expect.stringContaining("→ A table was made.")]);
});
