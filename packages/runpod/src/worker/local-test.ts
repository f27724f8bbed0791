import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { testInputFile, testJobId, type TakenJob } from "#protocol.js";
import { isPlainObject } from "./check-output.js";
import type { Log } from "./log.js";
import { hookProcess } from "./process-hooks.js";
import { runJob } from "./run-job.js";
import type { Seams } from "./seams.js";
import type { ServeOptions } from "./serve-options.js";
import { readIdentity } from "./settings.js";

/** Most bytes of a test file. */
const maxFileBytes = 25_000_000;

/**
 * The text of `test_input.json` in the working directory, or undefined when there is none.
 * @throws RangeError when it cannot be read.
 */
export async function readTestFile(cwd: string): Promise<string | undefined> {
  try {
    const text = await readFile(join(cwd, testInputFile), "utf8");
    return text.slice(0, maxFileBytes);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new RangeError(`${testInputFile} cannot be read (${(thrown as NodeJS.ErrnoException).code ?? "unknown"}).`);
  }
}

/**
 * Runs one job and prints what an endpoint would be sent: progress and streamed values as they come, then the result.
 * @returns the exit status: 0, or 1 when the job failed or is none.
 */
export async function runTestJob(text: string, options: ServeOptions, seams: Seams, log: Log): Promise<number> {
  const job = readTestJob(text);
  if (typeof job === "string") {
    log({ level: "error", message: job });
    return 1;
  }
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error("The job was stopped."));
  const unhook = hookProcess(seams.process, { onSignal: stop });
  options.signal?.addEventListener("abort", stop);
  const { print } = seams;
  const outcome = await runJob(job, {
    options,
    identity: readIdentity(options.env ?? process.env),
    channel: {
      progress: async (body) => (await print(body), "done"),
      chunk: print,
    },
    signal: controller.signal,
    log,
    atWork: new Set(),
  });
  unhook();
  options.signal?.removeEventListener("abort", stop);
  if (outcome.kind === "stopped") return 1;
  await print(outcome.body);
  return outcome.hasFailed ? 1 : 0;
}

/** The job, or why there is none. As in the SDK, an input of `null` is none. */
function readTestJob(text: string): TakenJob | string {
  try {
    const job: unknown = JSON.parse(text);
    if (!isPlainObject(job)) return "The test job must be a JSON object with an `input`.";
    const { input, id } = job;
    if (input === undefined || input === null) return "The test job has no input.";
    return { ...job, input, id: typeof id === "string" ? id : testJobId };
  } catch {
    return "The test job is not JSON.";
  }
}
