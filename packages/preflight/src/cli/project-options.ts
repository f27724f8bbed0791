import { readFile, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { PreflightError } from "#model/errors.js";
import type { Profile } from "#model/config.js";
import type { PreflightOptions } from "#model/result.js";
import { readBaseline } from "#suppress/baseline.js";
import type { PreflightIo } from "./io.js";

/** The options that say what is judged and how, as commander hands them over. */
export interface ProjectFlags {
  readonly dockerfile?: string;
  readonly context?: string;
  readonly profile?: Profile;
  readonly config?: string;
  readonly baseline?: string;
  readonly since?: string;
  readonly offline?: boolean;
}

/** Adds them to a command. */
export function addProjectOptions(command: Command): Command {
  return command
    .option("--dockerfile <file>", "judge this Dockerfile only, a path from the project's folder")
    .option("--context <folder>", "its build context, from the project's folder (default: inferred)")
    .addOption(
      new Option(
        "--profile <name>",
        "build: judge the files; deploy: also require live checks and fresh tests",
      ).choices(["build", "deploy"]),
    )
    .option("--since <revision>", "leave out what was already found at this git revision")
    .option("--baseline <file>", "leave out what this file knows, see --write-baseline")
    .option("--config <file>", "settings (default: preflight.config.json or .yaml, or package.json)")
    .option("--offline", "accepted; this version never uses the network");
}

/** Turns a path and flags into what the engine takes. The path may name a Dockerfile itself. */
export async function projectOptions(
  path: string | undefined,
  flags: ProjectFlags,
  io: PreflightIo,
): Promise<PreflightOptions> {
  const asked = resolve(io.cwd, path ?? ".");
  const isFile = (await stat(asked).catch(() => undefined))?.isFile() === true;
  if (isFile && flags.dockerfile !== undefined) {
    throw new PreflightError("bad-usage", "The path is a file, and --dockerfile names another one.", {
      hint: "Give one of the two.",
    });
  }
  const { context, profile, since, offline, config, baseline } = flags;
  const root = !isFile ? asked : isInside(io.cwd, asked) ? io.cwd : dirname(asked);
  const dockerfile = isFile ? asked : flags.dockerfile;
  return {
    root,
    now: io.now(),
    signal: io.signal,
    ...(dockerfile !== undefined && { dockerfile: await pathInProject(root, dockerfile, io.cwd) }),
    ...(context !== undefined && { context: await pathInProject(root, context, io.cwd) }),
    ...(profile !== undefined && { profile }),
    ...(since !== undefined && { since }),
    ...(offline !== undefined && { offline }),
    ...(config !== undefined && { configPath: resolve(io.cwd, config) }),
    ...(baseline !== undefined && { baseline: await readBaselineFile(resolve(io.cwd, baseline), baseline) }),
  };
}

/** Name of a project for people. */
export function projectName(root: string): string {
  return basename(root) || root;
}

/** For commander: a whole number from 1 to 1,000. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1000) return count;
  throw new InvalidArgumentError("It expects a whole number from 1 to 1000.");
}

/** A path is meant from the project's folder; where nothing is there, from where the command stands. */
async function pathInProject(root: string, path: string, cwd: string): Promise<string> {
  const candidates = [root, cwd].map((base) => resolve(base, path)).filter((each) => isInside(root, each));
  const found = await Promise.all(candidates.map((each) => stat(each).catch(() => undefined)));
  const way = relative(root, candidates.find((_, i) => found[i] !== undefined) ?? resolve(root, path));
  return way.split(sep).join("/");
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function readBaselineFile(path: string, name: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PreflightError("bad-baseline", `${name} cannot be read.`, { cause });
  });
  return readBaseline(text, name);
}
