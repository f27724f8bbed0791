import { createInterface } from "node:readline/promises";
import type { Output, PreflightIo } from "./io.js";

/** The real world: this process's streams, environment and clock. */
export function createProcessIo(): PreflightIo {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    isInputTerminal: process.stdin.isTTY === true,
    env: process.env,
    cwd: process.cwd(),
    // A signal ends the process at once: nothing here needs tidying.
    signal: new AbortController().signal,
    now: () => new Date(),
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      // readline swallows Ctrl-C on a terminal; hand it on.
      lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
      // Ctrl-D ends the input without an answer; question() alone would wait for ever.
      const ended = new Promise<string>((resolve) => void lines.once("close", () => resolve("")));
      try {
        return await Promise.race([lines.question(question), ended]);
      } finally {
        lines.close();
      }
    },
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    isTerminal: stream.isTTY === true,
    columns: stream.columns,
    write: (text) => void stream.write(text),
  };
}
