import { UnderstudyError } from "@understudy/render";
import { CommanderError } from "commander";
import { localWiring, type Wiring } from "#wire.js";
import { createProgram } from "./create-program.js";
import type { CliIo } from "./io.js";
import { reportFailure } from "./report-failure.js";
import { ToldFailure } from "./told-failure.js";

/**
 * Runs one command line to its end.
 * @param argv the words after `understudy`.
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage, 129, 130, 141 or 143 stopped by a signal.
 */
export async function runCli(argv: readonly string[], io: CliIo, wiring: Wiring = localWiring): Promise<number> {
  const isJson = argv.includes("--json");
  try {
    await createProgram({ io, wiring, isJson, argv }).parseAsync([...argv], { from: "user" });
    return 0;
  } catch (thrown) {
    if (thrown instanceof ToldFailure) return thrown.exitStatus;
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return 0;
      return reportFailure(argv[0] === "--json" ? jsonWithoutCommand() : usageError(thrown), io, isJson);
    }
    return reportFailure(thrown, io, isJson);
  }
}

function jsonWithoutCommand(): UnderstudyError {
  return new UnderstudyError("bad-usage", "Understudy needs to know what to do; --json comes after the command.", {
    hint: "Such as `understudy demo --json`; `understudy --help` lists the commands.",
  });
}

/** Commander says "error: unknown option '--x'"; ours is a sentence. */
function usageError(error: CommanderError): UnderstudyError {
  if (error.code === "commander.help") return new UnderstudyError("bad-usage", "Understudy needs to know what to do.");
  const [first = "", suggestion = ""] = error.message.replace(/^error: /, "").split("\n");
  const sentence = first.charAt(0).toUpperCase() + first.slice(1);
  return new UnderstudyError(
    "bad-usage",
    `${sentence.replace(/\.?$/, ".")}${suggestion === "" ? "" : ` ${suggestion}`}`,
  );
}
