import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { clientVariables, idPattern } from "@understudy/runpod/protocol";
import { UnderstudyError } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { numberFlag } from "#cli/number-flag.js";
import { stopPatiently } from "#cli/stop-on-signals.js";
import { loadConfig } from "#config/index.js";

/** The options of `endpoint` as commander hands them over. */
interface EndpointFlags {
  readonly host: string;
  readonly port: string;
  readonly key?: string;
  readonly memory?: boolean;
  readonly minWorkers: string;
  readonly maxWorkers: string;
  readonly idleTimeout: string;
  readonly queueDelay: string;
  readonly config?: string;
}

/** `understudy endpoint [NAME]`. */
export function addEndpointCommand(program: Command, context: CliContext): void {
  program
    .command("endpoint")
    .summary("a RunPod endpoint on this machine, for workers and clients of any kind")
    .description(
      "Serves the RunPod serverless API on this machine: jobs wait, run, are cancelled and retried as in the cloud. Prints the environment that a worker and a client need.",
    )
    .argument("[name]", "its name in the address (default: local)")
    .argument("[command...]", "after `--`: a program that is started and scaled as its worker")
    .option("--host <address>", "address that it listens at", "127.0.0.1")
    .option("--port <number>", "port that it listens at; 0 takes a free one", "8010")
    .option("--key <key>", `key that opens it (default: ${clientVariables.apiKey}, or a new one)`)
    .option("--memory", "keep jobs in memory only: they end with this process")
    .option("--min-workers <count>", "workers that are always there", "0")
    .option("--max-workers <count>", "most workers at the same time", "1")
    .option("--idle-timeout <seconds>", "a worker without a job ends after so long", "5")
    .option("--queue-delay <seconds>", "another worker starts when a job has waited so long", "4")
    .option("--json", "print the environment as one JSON object")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action(async (first: string | undefined, rest: readonly string[], flags: EndpointFlags) => {
      const { io, isJson } = context;
      const { name, command } = operandsOf([first, ...rest], context.argv);
      if (!idPattern.test(name)) {
        throw new UnderstudyError("bad-usage", `"${name}" is no name for an endpoint.`, {
          hint: "Use letters, digits, `.`, `_` and `-`, at most 128.",
        });
      }
      const seconds = { min: 0, max: 86_400, isWhole: false };
      const count = { min: 0, max: 1_000, isWhole: true };
      const settings = {
        name,
        command,
        host: flags.host,
        port: numberFlag("--port", flags.port, { min: 0, max: 65_535, isWhole: true }),
        key: keyOf(flags.key ?? io.env[clientVariables.apiKey]),
        isDurable: flags.memory !== true,
        min: numberFlag("--min-workers", flags.minWorkers, count),
        max: numberFlag("--max-workers", flags.maxWorkers, { ...count, min: 1 }),
        idleTimeoutMs: 1000 * numberFlag("--idle-timeout", flags.idleTimeout, seconds),
        queueDelayMs: 1000 * numberFlag("--queue-delay", flags.queueDelay, seconds),
      };
      if (settings.min > settings.max) {
        throw new UnderstudyError("bad-usage", "--min-workers is more than --max-workers.");
      }
      if (command[0] === "") throw new UnderstudyError("bad-usage", "The program behind `--` has no name.");
      const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
      // Loaded late: no other command waits for a database.
      const { runEndpoint } = await import("#endpoint/run-endpoint.js");
      const endStop = stopPatiently();
      try {
        await runEndpoint(settings, config, io, ({ environment, note }) => {
          const lines = Object.entries(environment).map(([variable, value]) => `${variable}=${value}\n`);
          io.stdout.write(isJson ? `${JSON.stringify(environment)}\n` : lines.join(""));
          if (!isJson) io.stderr.write(note);
        });
      } finally {
        endStop();
      }
    });
}

/** What stands behind `--` is the command, also when no name stands before it. */
function operandsOf(
  words: readonly (string | undefined)[],
  argv: readonly string[],
): { readonly name: string; readonly command: readonly string[] } {
  const operands = words.filter((word) => word !== undefined);
  const dashes = argv.indexOf("--");
  const command = dashes < 0 ? [] : argv.slice(dashes + 1);
  const [name = "local", ...more] = operands.slice(0, operands.length - command.length);
  if (more.length === 0) return { name, command };
  throw new UnderstudyError("bad-usage", `An endpoint has one name, but there is also "${more[0]}".`, {
    hint: "Put a worker's program behind `--`.",
  });
}

function keyOf(given: string | undefined): string {
  if (given === undefined || given === "") return `us_${randomBytes(24).toString("base64url")}`;
  if (/^[\x21-\x7e]{1,500}$/.test(given)) return given;
  throw new UnderstudyError("bad-usage", "The key has characters that do not fit into a header.", {
    hint: "Use visible ASCII characters without blanks, at most 500; leave --key out to get a key made.",
  });
}

const epilogue = `
Two terminals:
  $ understudy endpoint > worker.env                    serves at http://127.0.0.1:8010/v2/local, says so, and goes on
  $ env $(cat worker.env) python handler.py             any RunPod worker: Python's, or
  $ env $(cat worker.env) npx understudy worker --handler handler.js

One terminal, workers started when there is work, and ended when there is none:
  $ understudy endpoint --max-workers 2 -- python handler.py

A client:
  $ curl -H "Authorization: Bearer $${clientVariables.apiKey}" -d '{"input": {}}' http://127.0.0.1:8010/v2/local/run

Jobs lie in a private PostgreSQL in the data folder, or in that of DATABASE_URL; after a crash they are all still there.

Private addresses:
  Webhooks of jobs go to public addresses, and to this machine's own as long as only this machine can reach the endpoint;
  network.allow in the configuration permits more.

Exit status: 0 stopped, 1 failed (the port is taken, no database), 2 wrong usage.`;
