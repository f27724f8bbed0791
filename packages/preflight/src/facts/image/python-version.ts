import type { BaseImage } from "#knowledge/index.js";
import type { EntryFacts, InstalledFacts, RunFacts } from "./image-facts.js";

/** What tells the Python version of an image. */
export interface PythonVersionOptions {
  readonly entry: EntryFacts;
  readonly runs: readonly RunFacts[];
  readonly installed: InstalledFacts;
  readonly base: BaseImage | undefined;
  readonly runtimeEnvironment: ReadonlyMap<string, string>;
}

/** Package `python3` by release (packages.debian.org, packages.ubuntu.com). */
const systemPython: ReadonlyMap<string, string> = new Map([
  ["bullseye", "3.9"],
  ["bookworm", "3.11"],
  ["trixie", "3.13"],
  ["focal", "3.8"],
  ["jammy", "3.10"],
  ["noble", "3.12"],
]);

/**
 * The version that runs the worker, such as `3.10`: what the start command names, else what the build installs on
 * purpose, else what the base image brings, else the system's own. Undefined: unknown.
 */
export function pythonVersionOf(options: PythonVersionOptions): string | undefined {
  const { entry, installed, base, runtimeEnvironment } = options;
  const named = entry.commands.map(({ name }) => /^python(?<version>3\.\d+)$/u.exec(name)?.groups?.["version"]);
  return (
    named.find((version) => version !== undefined) ??
    installedVersion(options) ??
    base?.python ??
    minorOf(runtimeEnvironment.get("PYTHON_VERSION")) ??
    (installed.systemPackages.has("python3") || installed.systemPackages.has("python3-pip")
      ? systemPython.get(base?.release ?? "")
      : undefined)
  );
}

/** `apt-get install python3.11`, `uv venv --python 3.11`, `pyenv install 3.11`, `conda install python=3.11`; the last wins. */
function installedVersion({ runs, installed }: PythonVersionOptions): string | undefined {
  const fromSystem = [...installed.systemPackages].flatMap((name) => /^python(3\.\d+)$/u.exec(name)?.[1] ?? []);
  const fromTools = runs
    .filter((run) => run.isInFinalImage)
    .flatMap((run) => run.script.commands)
    .flatMap(({ name, words }) => {
      const text = words
        .map((word) => word.text)
        .join(" ")
        .slice(0, 2000);
      if (/^(?:conda|mamba|micromamba)$/u.test(name)) return minorOf(/\spython=+([\d.]+)/u.exec(text)?.[1]) ?? [];
      if (name === "pyenv") return minorOf(/\s(?:install|global)\s[^\d]*([\d.]+)/u.exec(text)?.[1]) ?? [];
      if (name !== "uv") return [];
      return minorOf(/(?:--python|-p|python (?:install|pin))[= ](?:cpython-|python)?([\d.]+)/u.exec(text)?.[1]) ?? [];
    });
  return fromTools.at(-1) ?? fromSystem.at(-1);
}

/** `3.11` of `3.11.9`. */
function minorOf(version: string | undefined): string | undefined {
  return /^(3\.\d+)/u.exec(version ?? "")?.[1];
}
