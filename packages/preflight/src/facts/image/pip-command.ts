import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { type CommandLine, optionValue, optionValues, readCommandLine } from "./command-line.js";
import type { PythonInstall } from "./image-facts.js";

/** What one command asks of the Python world. */
export interface PipRequest {
  readonly tool: PythonInstall["tool"];
  readonly action: "install" | "uninstall";
  /** Requirements on the command line. */
  readonly requirements: readonly ShellWord[];
  /** `-r`, and conda's `--file`. */
  readonly requirementFiles: readonly ShellWord[];
  /** `-c`. */
  readonly constraintFiles: readonly ShellWord[];
  /** Folders that hold a project; undefined: the folder that the command runs in. */
  readonly projects: readonly { readonly folder: ShellWord | undefined; readonly isEditable: boolean }[];
  readonly indexes: readonly ShellWord[];
  /** Names of the options given, `-` or `--` kept. */
  readonly options: ReadonlySet<string>;
}

/** Takes a pip, uv, conda, poetry or pipenv command apart; undefined when it installs and removes nothing. */
export function readPipCommand(command: ShellCommand): PipRequest | undefined {
  const words = command.words.map((word) => word.text);
  const name = command.name;
  if (isPip(name)) return pip(command.words.slice(1));
  if (/^(python|pypy)[\d.]*$/.test(name)) {
    const at = words.indexOf("-m");
    return at !== -1 && words[at + 1] === "pip" ? pip(command.words.slice(at + 2)) : undefined;
  }
  if (name === "uv") return uv(command.words.slice(1));
  if (/^(conda|mamba|micromamba)$/.test(name)) return conda(command);
  if (name === "poetry") return poetry(command.words.slice(1));
  if (name === "pipenv") return pipenv(command.words.slice(1));
  return undefined;
}

const isPip = (name: string): boolean => /^pip[\d.]*$/.test(name);

/** Options of pip and uv that take a value (`pip install --help` of 24.0, `uv pip install --help` of 0.5). */
const pipValued = new Set(
  `-r --requirement --requirements -c --constraint --constraints -e --editable -t --target -i --index-url --index
  --extra-index-url --default-index -f --find-links --prefix --root --platform --python-version --implementation --abi
  --upgrade-strategy --no-binary --only-binary --progress-bar --report --src --config-settings -C --global-option
  --root-user-action --python -p --log --proxy --retries --timeout --default-timeout --exists-action --trusted-host
  --cert --client-cert --cache-dir --use-feature --use-deprecated --keyring-provider --overrides --override -b
  --build-constraint --build-constraints --index-strategy --torch-backend --link-mode --extra --group --only-group
  --no-extra --no-group --package --optional --tag --branch --rev --directory --project --resolution --prerelease
  --exclude-newer --reinstall-package -P --upgrade-package --refresh-package --no-build-isolation-package
  --no-install-package`.split(/\s+/),
);

function pip(words: readonly ShellWord[]): PipRequest | undefined {
  const line = readCommandLine(words, pipValued);
  const [action, ...rest] = line.positionals;
  if (action?.text !== "install" && action?.text !== "uninstall") return undefined;
  return { ...installOf(rest, line, "pip"), action: action.text };
}

function installOf(named: readonly ShellWord[], line: CommandLine, tool: PythonInstall["tool"]): PipRequest {
  const editable = optionValues(line, "-e", "--editable");
  const folders = named.filter((word) => isFolder(word.text));
  return {
    tool,
    action: "install",
    requirements: [...named.filter((word) => !isFolder(word.text)), ...editable.filter((word) => isUrl(word.text))],
    requirementFiles: optionValues(line, "-r", "--requirement", "--requirements"),
    constraintFiles: optionValues(line, "-c", "--constraint", "--constraints"),
    projects: [
      ...editable.filter((word) => !isUrl(word.text)).map((folder) => ({ folder, isEditable: true })),
      ...folders.map((folder) => ({ folder, isEditable: false })),
    ],
    indexes: optionValues(
      line,
      "-i",
      "--index-url",
      "--index",
      "--default-index",
      "--extra-index-url",
      "-f",
      "--find-links",
    ),
    options: new Set(line.options.map((option) => option.name)),
  };
}

/** Longer words are no requirement that anybody wrote. */
const maxLength = 2000;

/** pip takes a word with a slash, or a dot in front, for a folder; wheels and archives are requirements. */
function isFolder(text: string): boolean {
  if (text.length > maxLength) return false;
  if (isUrl(text) || / @ |^[\w.-]+@/.test(text) || /\.(whl|zip|tar\.gz|tar\.bz2|tgz)(\[.*)?$/.test(text)) return false;
  return text === "." || text === ".." || text.startsWith(".[") || /^[^<>=!~; ]*\//.test(text);
}

const isUrl = (text: string): boolean => /^(git\+|hg\+|svn\+|bzr\+)?(https?|ssh|file|git):/.test(text);

/** `uv pip install`, `uv add`, `uv sync`, `uv pip sync FILE`; `uv tool` and `uvx` keep to themselves. */
function uv(words: readonly ShellWord[]): PipRequest | undefined {
  const line = readCommandLine(words, pipValued);
  const [first, second, ...rest] = line.positionals;
  if (first?.text === "pip" && second !== undefined) {
    if (second.text === "install" || second.text === "uninstall") {
      return { ...installOf(rest, line, "uv"), action: second.text };
    }
    return second.text === "sync" ? { ...installOf([], line, "uv"), requirementFiles: rest } : undefined;
  }
  if (first?.text === "add") return installOf(second === undefined ? [] : [second, ...rest], line, "uv");
  if (first?.text === "sync") {
    const isProjectIn = !line.options.some((option) => option.name === "--no-install-project");
    const folder = withExtras(optionValue(line, "--directory", "--project"), line, words[0]);
    return { ...installOf([], line, "uv"), projects: [{ folder, isEditable: isProjectIn }] };
  }
  return undefined;
}

/** The project's folder as pip would write it, `.[gpu,dev]`; uv takes the group `dev` unasked. `*` stands for all. */
function withExtras(
  folder: ShellWord | undefined,
  line: CommandLine,
  verb: ShellWord | undefined,
): ShellWord | undefined {
  if (verb === undefined) return folder;
  const has = (name: string): boolean => line.options.some((option) => option.name === name);
  const extras = optionValues(line, "--extra", "--group").map((word) => word.text);
  if (has("--all-extras") || has("--all-groups")) extras.push("*");
  if (!has("--no-dev") && !has("--no-default-groups")) extras.push("dev");
  const start = folder ?? { ...verb, text: ".", raw: ".", isKnown: true };
  return { ...start, text: `${start.text}[${extras.join(",")}]` };
}

const condaValued = new Set("-n --name -p --prefix -c --channel --file -f --solver --repodata-fn".split(" "));

/** `conda install`, `create`, `env create`, `env update`; `conda run` is followed. */
function conda(command: ShellCommand): PipRequest | undefined {
  const [, first] = command.words;
  if (first?.text === "run") return condaRun(command);
  const line = readCommandLine(command.words.slice(1), condaValued);
  const [action, second, ...rest] = line.positionals;
  const options = new Set(line.options.map((option) => option.name));
  const files = optionValues(line, "-f", "--file");
  const base = { tool: "conda", constraintFiles: [], projects: [], indexes: [], options } as const;
  const named = second === undefined ? [] : [second, ...rest];
  if (action?.text === "env" && (second?.text === "create" || second?.text === "update")) {
    return { ...base, action: "install", requirements: [], requirementFiles: files };
  }
  if (action?.text === "install" || action?.text === "create" || action?.text === "update") {
    return { ...base, action: "install", requirements: named, requirementFiles: files };
  }
  if (action?.text === "remove" || action?.text === "uninstall") {
    return { ...base, action: "uninstall", requirements: named, requirementFiles: [] };
  }
  return undefined;
}

function condaRun(command: ShellCommand): PipRequest | undefined {
  const start = command.words.findIndex((word, i) => i > 1 && (isPip(word.text) || /^python[\d.]*$/.test(word.text)));
  if (start === -1) return undefined;
  const words = command.words.slice(start);
  return readPipCommand({ ...command, name: words[0]!.text, words });
}

function poetry(words: readonly ShellWord[]): PipRequest | undefined {
  const line = readCommandLine(
    words,
    new Set("-E --extras --only --with --without -C --directory -G --group".split(" ")),
  );
  const [action, ...named] = line.positionals;
  const options = new Set(line.options.map((option) => option.name));
  const base = { tool: "poetry", requirementFiles: [], constraintFiles: [], indexes: [], options } as const;
  const folder = optionValues(line, "-C", "--directory").at(-1);
  if (action?.text === "install" || action?.text === "sync") {
    const isEditable = !options.has("--no-root");
    return { ...base, action: "install", requirements: [], projects: [{ folder, isEditable }] };
  }
  if (action?.text === "add") return { ...base, action: "install", requirements: named, projects: [] };
  if (action?.text === "remove") return { ...base, action: "uninstall", requirements: named, projects: [] };
  return undefined;
}

/** Without names and without `-r`, `pipenv install` reads the Pipfile beside it. */
function pipenv(words: readonly ShellWord[]): PipRequest | undefined {
  const line = readCommandLine(words, pipValued);
  const [action, ...named] = line.positionals;
  if (action?.text === "uninstall") return { ...installOf(named, line, "pipenv"), action: "uninstall" };
  if (action?.text !== "install" && action?.text !== "sync") return undefined;
  const request = installOf(named, line, "pipenv");
  const isFromPipfile = request.requirements.length + request.requirementFiles.length === 0;
  return isFromPipfile ? { ...request, projects: [{ folder: undefined, isEditable: false }] } : request;
}
