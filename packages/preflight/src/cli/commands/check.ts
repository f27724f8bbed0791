import { writeFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { Option, type Command } from "commander";
import type { CliContext } from "#cli/context.js";
import type { PreflightEngine } from "#cli/engine.js";
import { exitStatusOf } from "#cli/exit-status.js";
import { fixProject } from "#cli/fix-project.js";
import type { PreflightIo } from "#cli/io.js";
import { packageVersion } from "#cli/package-version.js";
import { withProgress } from "#cli/progress.js";
import { addProjectOptions, projectName, projectOptions, type ProjectFlags } from "#cli/project-options.js";
import { columnsOf, wantsColor } from "#cli/style.js";
import { PreflightError } from "#model/errors.js";
import type { RuleId } from "#model/finding.js";
import type { PreflightOptions, PreflightResult } from "#model/result.js";
import { countOf } from "#reporters/printable.js";
import { formats, renderReport, type Format } from "#reporters/render-report.js";
import type { ReportInput } from "#reporters/report-input.js";
import { writeBaseline } from "#suppress/baseline.js";

/** The options of the default command as commander hands them over. */
interface CheckFlags extends ProjectFlags {
  readonly format: Format;
  readonly output?: string;
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly writeBaseline?: string;
  readonly failOn: "error" | "warning";
  readonly all?: boolean;
  readonly color: boolean;
}

/** `preflight [PATH]`, the default command: it belongs to the program itself. */
export function addCheckCommand(program: Command, context: CliContext): void {
  addProjectOptions(program.argument("[path]", "the project's folder, or a Dockerfile (default: this folder)"))
    .addOption(new Option("--format <name>", "how the result is written").choices(formats).default("human"))
    .option("-o, --output <file>", "write the result to a file")
    .option("--all", "show every finding")
    .option("--fix", "show what can be mended as a diff, and ask before writing it")
    .option("--yes", "with --fix: write without asking")
    .option("--write-baseline <file>", "write what is found to a file for --baseline, and judge nothing")
    .addOption(
      new Option("--fail-on <level>", "exit with 1 from this level on").choices(["error", "warning"]).default("error"),
    )
    .option("--no-color", "no colours")
    .action(async (path: string | undefined, flags: CheckFlags) => {
      context.setStatus(await check(path, flags, context));
    });
}

async function check(path: string | undefined, flags: CheckFlags, { io, loadEngine }: CliContext): Promise<number> {
  assertFixFlags(flags);
  const options = await projectOptions(path, flags, io);
  const engine = await loadEngine();
  const look = (): Promise<PreflightResult> =>
    withProgress(io, "Reading the project ...", () => engine.preflight(options));
  let result = await look();
  if (flags.writeBaseline !== undefined) return saveBaseline(flags.writeBaseline, result, io);
  if (flags.fix === true && (await fixProject(options.root, result, flags, io, flags.format === "human"))) {
    result = await look();
  }
  const isToFile = flags.output !== undefined;
  const text = renderReport(flags.format, await reportInput(result, options, flags, engine, io), {
    isColored: !isToFile && wantsColor(io, flags.color),
    columns: columnsOf(io),
    showsAll: flags.all === true,
  });
  if (flags.output === undefined) io.stdout.write(text);
  else {
    await writeOutput(flags.output, text, io);
    const { verdict, counts } = result.verdict;
    io.stderr.write(`${verdict}  ${countOf(counts.error, "error")}, ${countOf(counts.warning, "warning")}\n`);
  }
  return exitStatusOf(result.verdict.verdict, flags.failOn);
}

function assertFixFlags({ fix, yes, format, writeBaseline }: CheckFlags): void {
  const refuse = (message: string, hint: string): never => {
    throw new PreflightError("bad-usage", message, { hint });
  };
  if (yes === true && fix !== true) refuse("--yes answers the question of --fix.", "Give both, or neither.");
  if (fix === true && writeBaseline !== undefined) {
    refuse("--fix and --write-baseline do not go together.", "Mend first, then write the baseline.");
  }
  if (fix === true && yes !== true && format !== "human") {
    refuse(`--fix shows a diff, which ${format} has no place for.`, "Leave --format out, or add --yes.");
  }
}

async function reportInput(
  result: PreflightResult,
  { root }: PreflightOptions,
  { format }: CheckFlags,
  engine: PreflightEngine,
  io: PreflightIo,
): Promise<ReportInput> {
  return {
    result,
    rules: engine.rules,
    helpByRule: format === "sarif" ? await readPages(engine) : new Map(),
    projectName: projectName(root),
    pathPrefix: prefixFrom(io.env["GITHUB_WORKSPACE"] ?? io.cwd, root),
    version: packageVersion,
    now: io.now(),
  };
}

async function readPages(engine: PreflightEngine): Promise<ReadonlyMap<RuleId, string>> {
  const pages = await Promise.all(
    engine.rules.map(async (rule) => [rule.id, await engine.readRulePage(rule)] as const),
  );
  return new Map(pages.flatMap(([id, page]) => (page === undefined ? [] : [[id, page] as const])));
}

function prefixFrom(base: string, root: string): string {
  const way = relative(base, root).split(sep);
  return way[0] === "" || way[0] === ".." ? "" : `${way.join("/")}/`;
}

/** What an older baseline set aside and is still there stays in it. */
async function saveBaseline(file: string, result: PreflightResult, io: PreflightIo): Promise<number> {
  const known = result.suppressed.filter(({ by }) => by === "baseline").map(({ finding }) => finding);
  const findings = [...result.verdict.findings, ...known];
  await writeOutput(file, writeBaseline(findings), io);
  io.stderr.write(`${countOf(findings.length, "finding")} written to ${file}.\n`);
  return 0;
}

async function writeOutput(file: string, text: string, io: PreflightIo): Promise<void> {
  await writeFile(resolve(io.cwd, file), text).catch((cause: unknown) => {
    throw new PreflightError("bad-usage", `The file "${file}" cannot be written.`, {
      hint: "Give a file in a folder that is there.",
      cause,
    });
  });
}
