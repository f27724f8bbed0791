import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { Argument, type Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { loadConfig } from "#config/index.js";
import { briefColumns } from "#connectors/brief-spellings.js";
import { finishBlueprint } from "#connectors/make/blueprint-finish.js";
import { startBlueprint, type StartOptions } from "#connectors/make/blueprint-start.js";
import { blueprintText } from "#connectors/make/blueprint.js";
import { writeWhole } from "#paths/index.js";
import { assertFilePlace } from "./asked-file.js";

/** `understudy make blueprint`. */
export function addMakeCommand(program: Command, { io }: CliContext): void {
  const make = program
    .command("make")
    .summary("scenarios for Make.com")
    .description("Makes what Make.com imports, for tables in Airtable whose rows this service renders.")
    .helpCommand(false);
  make
    .command("blueprint")
    .description("Prints a scenario for Make.com as JSON, to be imported there.")
    .addArgument(
      new Argument("<scenario>", "`start` asks the service for a video, `finish` writes its end into the row").choices([
        "start",
        "finish",
      ]),
    )
    .option("-o, --out <file>", "write it to a file instead")
    .option("--force", "replace a file that is there")
    .option(
      "--service <url>",
      "start: address of the service, or of an endpoint of RunPod's (default: server.publicUrl)",
    )
    .option("--webhook <url>", "start: address of the webhook that begins the other scenario")
    .option("--base <id>", "the base, app... (default: chosen in Make's editor)")
    .option("--table <id>", "the table, tbl... or its name (default: chosen in Make's editor)")
    .option("--status-column <id>", `fld..., or its name (default: ${briefColumns.status})`)
    .option("--output-column <id>", `fld..., or its name (default: ${briefColumns.output})`)
    .option("--error-column <id>", `fld..., or its name (default: ${briefColumns.error})`)
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action(async (scenario: "start" | "finish", flags: Flags) => {
      const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
      const options = optionsOf(flags, config.server.publicUrl);
      const text = blueprintText(scenario === "start" ? startBlueprint(options) : finishBlueprint(options));
      if (flags.out === undefined) return io.stdout.write(text);
      const path = resolve(io.cwd, flags.out);
      await assertFilePlace(path, { mayReplace: flags.force === true });
      await writeWhole(path, text);
    });
}

interface Flags {
  readonly out?: string;
  readonly force?: boolean;
  readonly service?: string;
  readonly webhook?: string;
  readonly base?: string;
  readonly table?: string;
  readonly statusColumn?: string;
  readonly outputColumn?: string;
  readonly errorColumn?: string;
  readonly config?: string;
}

function optionsOf(flags: Flags, publicUrl: string): StartOptions {
  const { base, table, statusColumn: status, outputColumn: output, errorColumn: error } = flags;
  const service = flags.service ?? publicUrl;
  if (base !== undefined && !/^app[A-Za-z0-9]{14}$/.test(base)) throw badFlag("--base", "app and 14 characters");
  for (const [flag, text] of Object.entries({
    table,
    "status-column": status,
    "output-column": output,
    "error-column": error,
  })) {
    if (text?.trim() === "") throw badFlag(`--${flag}`, "an id or a name");
  }
  return {
    ...(service !== "" && { serviceUrl: webAddress("--service", service).replace(/\/+$/, "") }),
    ...(flags.webhook !== undefined && { finishUrl: webAddress("--webhook", flags.webhook) }),
    ...(base !== undefined && { baseId: base }),
    ...(table !== undefined && { tableId: table }),
    columns: {
      ...(status !== undefined && { status }),
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
    },
  };
}

/** Make reads two opening braces as the begin of a formula. */
function webAddress(flag: string, text: string): string {
  const url = parseUrl(text);
  if (url !== undefined && /^https?:$/.test(url.protocol) && !url.href.includes("{{")) return url.href;
  throw badFlag(flag, "an address such as https://example.com");
}

function badFlag(flag: string, expected: string): UnderstudyError {
  return new UnderstudyError("bad-usage", `${flag} expects ${expected}.`);
}

const epilogue = `
Nothing is sent anywhere, and no key is in it: keys and connections are attached in Make's editor. docs/make.md leads through it.

Examples:
  $ understudy make blueprint finish -o finish.json
  $ understudy make blueprint start --service https://videos.example.com --webhook https://hook.eu1.make.com/... -o start.json`;
