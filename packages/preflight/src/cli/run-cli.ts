import { CommanderError } from "commander";
import { PreflightError } from "#model/errors.js";
import { createProgram } from "./create-program.js";
import type { PreflightEngine } from "./engine.js";
import type { PreflightIo } from "./io.js";
import { preferQuickWasm } from "./quick-wasm.js";
import { reportFailure } from "./report-failure.js";

/**
 * Runs one command line to its end.
 * @param argv the words after `preflight`.
 * @param engine default: the real one, loaded when it is needed, so that `--help` waits for no parser.
 * @returns the exit status: 0 GO or GO-WITH-WARNINGS, 1 NO-GO, 2 wrong usage, 3 UNKNOWN or it could not judge.
 * @throws the signal's reason when `io.signal` is aborted: the caller knows why it stops.
 */
export async function runPreflight(
  argv: readonly string[],
  io: PreflightIo,
  engine?: PreflightEngine,
): Promise<number> {
  const isJson = asksForJson(argv);
  let status = 0;
  const program = createProgram({
    io,
    loadEngine: async () => engine ?? (await loadLocalEngine()),
    setStatus: (value) => void (status = value),
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return status;
  } catch (thrown) {
    if (io.signal.aborted) throw io.signal.reason;
    if (!(thrown instanceof CommanderError)) return reportFailure(thrown, io, isJson);
    return thrown.exitCode === 0 ? 0 : reportFailure(usageError(thrown), io, isJson);
  }
}

async function loadLocalEngine(): Promise<PreflightEngine> {
  preferQuickWasm();
  return (await import("./local-engine.js")).localEngine;
}

function asksForJson(argv: readonly string[]): boolean {
  return argv.some((word, index) => word === "--format=json" || (word === "--format" && argv[index + 1] === "json"));
}

/** Commander says "error: unknown option '--x'"; ours is a sentence. */
function usageError({ message }: CommanderError): PreflightError {
  const [first = "", suggestion = ""] = message.replace(/^error: /, "").split("\n");
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/\.?$/, ".");
  return new PreflightError("bad-usage", suggestion === "" ? sentence : `${sentence} ${suggestion}`);
}
