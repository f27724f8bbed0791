import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { checkEngine } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { ToldFailure } from "#cli/told-failure.js";
import { loadConfig } from "#config/index.js";
import type { DoctorProbes, Finding } from "#doctor/index.js";

/** `understudy doctor`. @param openProbes what it looks through; a test has a machine of its own. */
export function addDoctorCommand(
  program: Command,
  context: CliContext,
  openProbes: () => Promise<DoctorProbes> = localProbes,
): void {
  program
    .command("doctor")
    .summary("say whether this installation is fit to serve")
    .description(
      "Looks at everything the service rests on: this machine, the model files, the media stack, the data folder and its keys, the database, the artifact store, clocks and settings. Says what is wrong and what to do about it.",
    )
    .option("--fix", "put right what can be: rights in the data folder, what killed renders left")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((flags: Flags) => doctor(flags, context, openProbes));
}

async function localProbes(): Promise<DoctorProbes> {
  const { createLocalProbes } = await import("#doctor/index.js");
  const { connectDatabase: openDatabase } = await import("#postgres/open-database.js");
  const { openArtifacts } = await import("#storage/index.js");
  return createLocalProbes({ checkEngine, openDatabase, openArtifacts });
}

interface Flags {
  readonly config?: string;
  readonly fix?: boolean;
}

async function doctor(
  flags: Flags,
  { io, isJson }: CliContext,
  openProbes: () => Promise<DoctorProbes>,
): Promise<void> {
  const { examine, findingInWords, verdictInWords, verdictOf } = await import("#doctor/index.js");
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const scratchFolder = await mkdtemp(join(tmpdir(), "understudy-doctor-"));
  const tell = (finding: Finding): void => {
    if (!isJson) for (const line of findingInWords(finding)) io.stdout.write(`${printableLine(line)}\n`);
  };
  try {
    const world = { config, io, probes: await openProbes(), scratchFolder, fix: flags.fix === true };
    const findings = await examine(world, tell);
    const verdict = verdictOf(findings);
    io.stdout.write(isJson ? `${JSON.stringify({ verdict, findings })}\n` : `\n${verdictInWords(findings)}\n`);
    if (verdict === "NO-GO") throw new ToldFailure(1);
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

const epilogue = `
It makes the data folder and the private database when they are not there yet, writes 1 kB to the artifact store and
removes it again, and changes nothing else without --fix.

Examples:
  $ understudy doctor
  $ understudy doctor --json | jq '.findings[] | select(.level != "ok")'

The last line says GO, GO-WITH-WARNINGS or NO-GO.

Exit status: 0 GO and GO-WITH-WARNINGS, 1 NO-GO, 2 wrong usage.`;
