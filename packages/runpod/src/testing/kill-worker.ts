/**
 * A worker that notes what it does and answers with its input: a program of its own, to be killed. Its first word is a
 * `KillWorkerSetup` as JSON.
 */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "#worker/index.js";
import type { JournalLine } from "./kill-journal.js";
import type { KillInput, KillWorkerSetup } from "./kill-setup.js";

const { workerId, spoolFolder, journal } = JSON.parse(process.argv[2] ?? "") as KillWorkerSetup;

process.exitCode = await serve<KillInput>({
  spoolFolder,
  handler: async ({ id: jobId, input }, { signal }) => {
    const note = (what: JournalLine["what"]): void =>
      appendFileSync(journal, `${JSON.stringify({ what, jobId, workerId, at: Date.now() })}\n`);
    signal.addEventListener("abort", () => note("stopped"));
    note("began");
    await sleep(input.sleepMs, undefined, { signal });
    note("ended");
    return input;
  },
});
