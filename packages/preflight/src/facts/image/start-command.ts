import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { pathOf } from "./word-paths.js";

/** What a command starts of Python. */
export type StartedPython =
  | { readonly kind: "file"; readonly path: string }
  /** Dotted name; that of a server's application ends before its `:`. */
  | { readonly kind: "module"; readonly name: string }
  /** A file that nobody can name before the start. */
  | { readonly kind: "unknown" };

/** Finds the Python file or module that a command starts, launchers such as tini or torchrun followed. */
export function startedPython(command: ShellCommand): StartedPython | undefined {
  const words = command.words.slice(launcherLength(command.words.map((word) => word.text)));
  const [program, ...rest] = words;
  const name = program?.text.replace(/^.*\//su, "") ?? "";
  if (program === undefined) return undefined;
  if (isPython(name)) return fromInterpreter(rest, command);
  if (
    /^(?:accelerate|torchrun|deepspeed|streamlit|chainlit|fastapi|ray|bentoml|litestar|sanic|viztracer)$/u.test(name)
  ) {
    return fromLauncher(rest, command);
  }
  if (/^(?:gunicorn|uvicorn|hypercorn|granian|daphne|waitress-serve)$/u.test(name)) return fromServer(rest);
  if (name === "flask") return fromFlask(rest, command);
  return program.text.endsWith(".py") ? file(program, command) : undefined;
}

/**
 * How many words of an argument list only launch what follows: `tini -s --`, `conda run -n x`, `gosu app`, `uv run`.
 * @param words the program first.
 */
export function launcherLength(words: readonly string[]): number {
  let at = 0;
  for (
    let launcher = launchers.get(nameAt(words, at));
    launcher !== undefined;
    launcher = launchers.get(nameAt(words, at))
  ) {
    let next = at + 1 + launcher.verbs.length;
    if (!launcher.verbs.every((verb, i) => words[at + 1 + i] === verb)) return at;
    for (let word = words[next]; word?.startsWith("-") === true; word = words[next]) {
      next += word.includes("=") || !launcher.valued.includes(word) ? 1 : 2;
      if (word === "--") break;
    }
    next += launcher.operands;
    if (next >= words.length) return at;
    at = next;
  }
  return at;
}

interface Launcher {
  readonly verbs: readonly string[];
  /** Options with a value. */
  readonly valued: readonly string[];
  /** Words between the options and the command. */
  readonly operands: number;
}

const init: Launcher = { verbs: [], valued: ["-e", "-p"], operands: 0 };
const environment: Launcher = { verbs: ["run"], valued: ["-n", "--name", "-p", "--prefix", "--cwd"], operands: 0 };
const switchUser: Launcher = { verbs: [], valued: [], operands: 1 };
const uvRun: Launcher = {
  verbs: ["run"],
  valued: ["-p", "--python", "--with", "--extra", "--group", "--project", "--directory", "--env-file", "--package"],
  operands: 0,
};

const launchers: ReadonlyMap<string, Launcher> = new Map([
  ["tini", init],
  ["tini-static", init],
  ["docker-init", init],
  ["dumb-init", { ...init, valued: ["--rewrite", "-r"] }],
  ["catatonit", init],
  ["gosu", switchUser],
  ["su-exec", switchUser],
  ["conda", environment],
  ["mamba", environment],
  ["micromamba", environment],
  ["poetry", environment],
  ["pipenv", environment],
  ["pdm", environment],
  ["uv", uvRun],
  ["stdbuf", { verbs: [], valued: ["-i", "-o", "-e"], operands: 0 }],
  ["nice", { verbs: [], valued: ["-n"], operands: 0 }],
  ["numactl", { verbs: [], valued: [], operands: 0 }],
  ["ddtrace-run", { verbs: [], valued: [], operands: 0 }],
  ["opentelemetry-instrument", { verbs: [], valued: [], operands: 0 }],
]);

/** True for scripts of virtual environments, conda, uv and cargo that set variables and start nothing. */
export function onlySetsVariables(path: string): boolean {
  return /\/(?:bin\/activate|\.local\/bin\/env|\.cargo\/env|profile\.d\/[\w.-]+\.sh)$/u.test(path);
}

/** True for `python`, `python3.11` and `pypy3`. */
export function isPython(name: string): boolean {
  return /^(?:python|pypy)[\d.]*$/u.test(name);
}

/** Python's own options: `-u`, `-X dev`, `-W error`, `-um pkg` (CPython, command line and environment). */
function fromInterpreter(words: readonly ShellWord[], command: ShellCommand): StartedPython | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const text = word?.text ?? "";
    if (word === undefined || text === "-" || /^-[A-Za-z]*c/u.test(text)) return undefined;
    if (/^-[A-Za-z]*m$/u.test(text)) return fromModule(words[at + 1], words.slice(at + 2), command);
    if (text === "-X" || text === "-W" || text === "--check-hash-based-pycs") at++;
    else if (!text.startsWith("-")) return file(word, command);
  }
  return undefined;
}

/** Modules that only start another program of ours. */
const runners = /^(?:torch\.distributed\.(?:run|launch)|accelerate\.commands\.launch|debugpy|cProfile)$/u;

/** Modules that prepare an environment and run nothing of the product. */
const tools = /^(?:venv|virtualenv|pip|ensurepip|compileall|site)$/u;

function fromModule(
  word: ShellWord | undefined,
  rest: readonly ShellWord[],
  command: ShellCommand,
): StartedPython | undefined {
  if (word === undefined || tools.test(word.text)) return undefined;
  if (!word.isKnown) return { kind: "unknown" };
  if (runners.test(word.text)) return fromLauncher(rest, command);
  if (/^(?:gunicorn|uvicorn|hypercorn)$/u.test(word.text)) return fromServer(rest);
  if (word.text === "flask") return fromFlask(rest, command);
  return { kind: "module", name: word.text };
}

/** `accelerate launch --num_processes 1 train.py`: the first Python file, or `-m NAME` before it. */
function fromLauncher(words: readonly ShellWord[], command: ShellCommand): StartedPython | undefined {
  for (const [at, word] of words.entries()) {
    if (word.text === "-m" || word.text === "--module") return fromModule(words[at + 1], [], command);
    if (word.text.endsWith(".py")) return file(word, command);
  }
  return undefined;
}

/** `gunicorn -w 4 package.module:app`. */
function fromServer(words: readonly ShellWord[]): StartedPython | undefined {
  const application = words.find((word) => word.isKnown && /^[A-Za-z_][\w.]*:[A-Za-z_][\w.()]*$/u.test(word.text));
  return application === undefined ? undefined : { kind: "module", name: application.text.replace(/:.*$/u, "") };
}

/** `flask --app NAME run`, or FLASK_APP; both may be a file. */
function fromFlask(words: readonly ShellWord[], command: ShellCommand): StartedPython | undefined {
  const at = words.findIndex((word) => word.text === "--app" || word.text === "-A");
  const named = at === -1 ? command.environment.get("FLASK_APP") : words[at + 1]?.text;
  const application = (named ?? "app").replace(/:.*$/su, "");
  if (!application.endsWith(".py")) return { kind: "module", name: application };
  return file({ text: application, isKnown: true, raw: application, line: command.location.line }, command);
}

function file(word: ShellWord, command: ShellCommand): StartedPython {
  const path = pathOf(word, command);
  return path === undefined ? { kind: "unknown" } : { kind: "file", path };
}

function nameAt(words: readonly string[], at: number): string {
  return words[at]?.replace(/^.*\//su, "") ?? "";
}
