import { Option, type Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { numberFlag } from "#cli/number-flag.js";
import { stopPatiently } from "#cli/stop-on-signals.js";
import { loadConfig } from "#config/index.js";

/** The options of `serve` as commander hands them over. */
interface ServeFlags {
  readonly role: "api" | "runner" | "all";
  readonly host: string;
  readonly port: string;
  readonly data?: string;
  readonly drainSeconds: string;
  readonly config?: string;
}

/** `understudy serve`. */
export function addServeCommand(program: Command, context: CliContext): void {
  program
    .command("serve")
    .summary("the service: an API, jobs that survive anything, webhooks, links that last")
    .description(
      "Serves the HTTP API and makes the renders that it is sent. What was accepted is kept in PostgreSQL: kill it at any moment, start it again, and it goes on.",
    )
    .addOption(
      new Option("--role <role>", "what this process does: answer requests, make renders, or both")
        .choices(["api", "runner", "all"])
        .default("all"),
    )
    .option("--host <address>", "address that it listens at", "127.0.0.1")
    .option("--port <number>", "port that it listens at; 0 takes a free one", "8020")
    .option("--data <folder>", "data folder (default: dataFolder of the configuration)")
    .option("--drain-seconds <seconds>", "longest wait for renders in work when it is told to stop", "30")
    .option("--json", "print one JSON object when it serves")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action(async (flags: ServeFlags) => {
      const { io, isJson, wiring } = context;
      const settings = {
        role: flags.role,
        host: flags.host,
        port: numberFlag("--port", flags.port, { min: 0, max: 65_535, isWhole: true }),
        drainSeconds: numberFlag("--drain-seconds", flags.drainSeconds, { min: 0, max: 86_400, isWhole: false }),
      };
      const data = flags.data === undefined ? [] : [{ path: "dataFolder", value: flags.data, source: "--data" }];
      const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config, flags: data });
      // Loaded late: no other command waits for a database and a web server.
      const { chosenKey } = await import("#serve/first-key.js");
      chosenKey(io.env);
      const { runServe } = await import("#serve/run-serve.js");
      const endStop = stopPatiently();
      try {
        await runServe(settings, { config, wiring, io }, ({ url, apiKey }) => {
          if (isJson) io.stdout.write(`${JSON.stringify({ event: "ready", url, apiKey })}\n`);
          else io.stdout.write(url === undefined ? "Making renders. Ctrl-C stops.\n" : readyInWords(url, apiKey));
        });
      } finally {
        endStop();
      }
    });
}

function readyInWords(url: string, apiKey: string | undefined): string {
  return [
    `API       ${url}/v1`,
    `Docs      ${url}/docs`,
    `Key       ${apiKey}`,
    "",
    `  curl -H "Authorization: Bearer ${apiKey}" ${url}/v1/renders`,
    "",
    "Ctrl-C stops; renders in work are finished first, or go on at the next start.",
    "",
  ].join("\n");
}

const epilogue = `
One machine:
  $ understudy serve                       API, docs and renders; a private PostgreSQL in the data folder

Several machines, one PostgreSQL and one bucket (BUCKET_*):
  $ DATABASE_URL=postgres://... UNDERSTUDY_API_KEY=... understudy serve --role api --host 0.0.0.0
  $ DATABASE_URL=postgres://... understudy serve --role runner      as many as there is work for

A runner that dies loses nothing: another one, or the same after a restart, goes on behind the last finished segment.

Exit status: 0 stopped, 1 failed (the port is taken, no database), 2 wrong usage.`;
