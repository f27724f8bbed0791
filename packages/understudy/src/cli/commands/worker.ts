import type { Command } from "commander";
import { workerFlags } from "@understudy/runpod/protocol";
import type { CliContext } from "#cli/context.js";
import { stopPatiently } from "#cli/stop-on-signals.js";
import { ToldFailure } from "#cli/told-failure.js";

/** `understudy worker --handler FILE`. */
export function addWorkerCommand(program: Command, context: CliContext): void {
  program
    .command("worker")
    .summary("run a handler as a RunPod worker")
    .description(
      "Takes jobs from the endpoint that the environment names and gives each to a handler: in RunPod's cloud, or behind `understudy endpoint`.",
    )
    .requiredOption("--handler <file>", "module that exports a handler (.js, .mjs, .ts)")
    .argument("[words...]", `words of a RunPod worker's own, such as ${workerFlags.testInput}`)
    .allowUnknownOption()
    .addHelpText("after", epilogue)
    .action(async (_words: readonly string[], { handler }: { readonly handler: string }, command: Command) => {
      const { io } = context;
      const { runWorker } = await import("#worker/run-worker.js");
      const endStop = stopPatiently();
      try {
        const status = await runWorker({ handlerFile: handler, words: command.args }, io);
        if (status !== 0) throw new ToldFailure(status);
      } finally {
        endStop();
      }
    });
}

const epilogue = `
A handler:
  export default async (job, context) => ({ greeting: \`Hello \${job.input.name}\` });

It may be an async generator, whose values are streamed; \`context\` has signal, progress() and log(). Instead of a function,
the module may export everything that \`serve()\` takes: { handler, input: zodSchema, concurrency: 4 }.

Try it without an endpoint:
  $ understudy worker --handler handler.js ${workerFlags.testInput} '{"input": {"name": "Jo"}}'
  $ understudy worker --handler handler.js ${workerFlags.serveApi}

Behind an endpoint:
  $ env $(cat worker.env) understudy worker --handler handler.js

A stop signal: no new job is taken, running ones finish and are reported; a second one leaves at once. A result that the
endpoint does not take is kept on disk and sent at the next start.

Exit status: 0 stopped; 1 a job of ${workerFlags.testInput} failed, the handler does not load, there is no endpoint and nothing
else to do, or the endpoint refuses this worker; 2 wrong usage.`;
