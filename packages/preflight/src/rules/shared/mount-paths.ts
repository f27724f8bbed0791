import { posix } from "node:path";
import type { ImageFacts, RunFacts } from "#facts/image/image-facts.js";
import { absolutePath } from "#facts/image/known-text.js";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { mountedAt } from "./mounted-at.js";

/** The folder or file of a mount that a command of RUN fills; undefined: none that is known. */
export function filledMountPath(command: ShellCommand, run: RunFacts, image: ImageFacts): string | undefined {
  const { name, redirects, workdir } = command;
  const redirect = redirects.find(({ operator }) => operator.startsWith(">") || operator.startsWith("&>"));
  const toFile = redirect && mountPath(redirect.target, command, run, image);
  if (toFile !== undefined) return toFile;
  if (fillers.test(name) || isGitFetch(command))
    return argument(command, run, image) ?? (isMountPath(workdir, run, image) ? workdir : undefined);
  if (placers.test(name)) {
    const last = command.words.findLast((word) => !word.text.startsWith("-"));
    return name === "mkdir" ? argument(command, run, image) : last && mountPath(last, command, run, image);
  }
  return makesEnvironment(command) ? argument(command, run, image) : undefined;
}

/** A file of a mount that a command of RUN runs, sources or reads; undefined: none. */
export function readMountPath(command: ShellCommand, run: RunFacts, image: ImageFacts): string | undefined {
  const [program, ...rest] = command.words;
  const own = program && mountPath(program, command, run, image);
  if (own !== undefined) return own;
  if (!/^(source|\.|bash|sh|python[\d.]*|cat|cd)$/.test(command.name)) return undefined;
  const file = rest.find((word) => !word.text.startsWith("-"));
  return file && mountPath(file, command, run, image);
}

/** Programs that fill the folder which they are told, or which they run in. */
const fillers = /^(wget|curl|aria2c|unzip|tar|bsdtar|7z|gdown|hf|huggingface-cli|modelscope)$/;
/** Programs that fill a folder only when it is named. */
const placers = /^(cp|mv|rsync|install|tee|touch|mkdir|virtualenv)$/;

/** `python -m venv DIR`, `uv venv DIR`, `pip install --target DIR`. */
function makesEnvironment({ name, words }: ShellCommand): boolean {
  const texts = words.map((word) => word.text);
  if (/^(python[\d.]*|uv)$/.test(name) && texts.includes("venv")) return true;
  return /^(pip[\d.]*|uv)$/.test(name) && texts.some((text) => /^(-t|--target|--prefix)(=|$)/.test(text));
}

/** `git config safe.directory DIR` only names a folder. */
function isGitFetch({ name, words }: ShellCommand): boolean {
  return name === "git" && words.some(({ text }) => /^(clone|pull|fetch|checkout|init|lfs|submodule)$/.test(text));
}

function argument(command: ShellCommand, run: RunFacts, image: ImageFacts): string | undefined {
  for (const word of command.words.slice(1)) {
    const [, value = word.text] = /^--?[\w-]+=(.*)$/s.exec(word.text) ?? [];
    const path = mountPath({ ...word, text: value }, command, run, image);
    if (path !== undefined) return path;
  }
  return undefined;
}

function mountPath(word: ShellWord, command: ShellCommand, run: RunFacts, image: ImageFacts): string | undefined {
  if (!word.isKnown || !word.text.includes("/")) return undefined;
  const path = absolutePath(word.text, command.workdir, command.environment);
  return isMountPath(path, run, image) ? path : undefined;
}

/** `RUN --mount=type=cache,target=/runpod-volume` brings the folder itself. */
function isMountPath(path: string | undefined, { step }: RunFacts, image: ImageFacts): boolean {
  if (path === undefined || mountedAt(path, image) === undefined) return false;
  return !step.mounts.some(({ target }) => target !== undefined && !posix.relative(target, path).startsWith(".."));
}
