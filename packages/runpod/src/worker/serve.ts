import { testInputFile, workerFlags, workerVariables } from "#protocol.js";
import { createConcurrency } from "./concurrency.js";
import { readFlags, type Flags } from "./flags.js";
import { createLog, type Log } from "./log.js";
import { defaultSeams, type Seams } from "./seams.js";
import type { ServeOptions } from "./serve-options.js";
import { readEndpointSettings } from "./settings.js";

/**
 * Works as a RunPod worker: for the endpoint that the environment names, on one test job, or behind a local API.
 * Never ends the process: `process.exit(await serve(...))` does, whatever timers and connections its handlers left.
 * @returns the exit status when there is nothing left to do: 0; 1 after a failed test job, a crash, or a key that is
 *   refused; 2 when the command line, the environment or the options cannot be used.
 */
export function serve<Input = unknown, Output = unknown>(options: ServeOptions<Input, Output>): Promise<number> {
  // Inside, an input is unknown until the schema has made it the handler's.
  return serveWith(options as unknown as ServeOptions, defaultSeams);
}

/** `serve`, with what it touches outside of its options. */
export async function serveWith(options: ServeOptions, seams: Seams): Promise<number> {
  const flags = orProblem(() => readFlags(options.argv ?? process.argv.slice(2)));
  if (typeof flags === "string") return refuse(createLog(options, undefined), flags);
  const log = createLog(options, flags.logLevel);
  if (typeof options.handler !== "function") return refuse(log, "`handler` must be a function.");
  const concurrency = orProblem(() => createConcurrency(options.concurrency, log));
  if (typeof concurrency === "string") return refuse(log, concurrency);
  if (flags.unknown.length > 0)
    log({ level: "warn", message: `Not a flag of the worker: ${flags.unknown.join(", ")}.` });

  if (flags.serveApi) return serveApi(options, flags, log);
  if (flags.testInput !== undefined) return runTest(flags.testInput, options, seams, log);

  const settings = orProblem(() => readEndpointSettings(options.env ?? process.env));
  if (typeof settings === "string") return refuse(log, settings);
  if (settings !== undefined) {
    const { workForEndpoint } = await import("./work.js");
    return workForEndpoint({ options, settings, concurrency, seams, log });
  }

  const { readTestFile } = await import("./local-test.js");
  const testText = await readTestFile(options.cwd ?? process.cwd()).catch(problemOf);
  if (testText instanceof RangeError) return refuse(log, testText.message);
  if (testText !== undefined) return runTest(testText, options, seams, log);
  log({ level: "error", message: nothingToDoText });
  return 1;
}

const nothingToDoText =
  `There is nothing to do. Behind an endpoint, ${workerVariables.takeUrl} and ${workerVariables.doneUrl} say where jobs ` +
  `are; here, give ${workerFlags.testInput} '{"input": ...}' or a ${testInputFile} for one job, or ` +
  `${workerFlags.serveApi} for a local API.`;

async function serveApi(options: ServeOptions, flags: Flags, log: Log): Promise<number> {
  const { serveLocal } = await import("#local/serve-local.js");
  return serveLocal({ ...options, log }, flags);
}

async function runTest(text: string, options: ServeOptions, seams: Seams, log: Log): Promise<number> {
  const { runTestJob } = await import("./local-test.js");
  return runTestJob(text, options, seams, log);
}

/** What is wrong with settings is a RangeError that says so. */
function orProblem<Value>(read: () => Value): Value | string {
  try {
    return read();
  } catch (thrown) {
    return problemOf(thrown).message;
  }
}

function problemOf(thrown: unknown): RangeError {
  if (thrown instanceof RangeError) return thrown;
  throw thrown;
}

function refuse(log: Log, message: string): number {
  log({ level: "error", message });
  return 2;
}
