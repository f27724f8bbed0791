import { posix } from "node:path";
import type { CopyStep, Step } from "#facts/dockerfile/stage.js";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { optionValue, readCommandLine } from "./command-line.js";
import type { CloneFacts, RunFacts } from "./image-facts.js";
import { stepCommand } from "./step-command.js";

/**
 * Clones of RUN steps, with the revision that a later checkout pins them to, and repositories that ADD brings.
 * @param finalSteps steps of the final image: where ADD is looked for.
 */
export function readClones(runs: readonly RunFacts[], finalSteps: readonly Step[] = []): readonly CloneFacts[] {
  const clones: Writable<CloneFacts>[] = [];
  let fetched: string | undefined;
  for (const run of runs) {
    for (const command of run.script.commands) {
      const clone = cloneOf(command, run);
      if (clone !== undefined) clones.push(clone);
      const move = moveOf(command);
      if (move === undefined) continue;
      if (move.isFetch) {
        fetched = move.revision;
        continue;
      }
      const moved = clones.findLast(
        ({ folder, stageIndex }) => stageIndex === run.stage.index && isInside(move.folder, folder),
      );
      if (moved !== undefined) moved.revision = move.revision === "FETCH_HEAD" ? fetched : move.revision;
    }
  }
  return [...clones, ...finalSteps.flatMap((step) => (step.kind === "copy" ? added(step) : []))];
}

/** A repository's URL without user, password and token. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/]*@/i, "$1");
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const gitValued = new Set("-C -c --git-dir --work-tree --namespace --exec-path".split(" "));
const cloneValued = new Set(
  `-b --branch --revision --depth -o --origin -c --config --reference --reference-if-able --separate-git-dir -j --jobs
  --template --shallow-since --shallow-exclude --filter --server-option --bundle-uri -u --upload-pack`.split(/\s+/),
);

const moveValued = new Set("-b -B -c -C --create --orphan --depth -j --jobs".split(" "));

/** `git [-C DIR] VERB …` and `gh repo clone`. */
function gitVerb(command: ShellCommand): { verb: string; words: readonly ShellWord[]; folder: string | undefined } {
  if (command.name === "gh" && command.words[1]?.text === "repo" && command.words[2]?.text === "clone") {
    return { verb: "clone", words: command.words.slice(3), folder: command.workdir };
  }
  if (command.name !== "git") return { verb: "", words: [], folder: undefined };
  let at = 1;
  let folder = command.workdir;
  for (let word = command.words[at]; word?.text.startsWith("-") === true; word = command.words[at]) {
    const value = gitValued.has(word.text) ? command.words[++at] : undefined;
    if (word.text === "-C" && value !== undefined) folder = pathFrom(folder, value);
    at++;
  }
  return { verb: command.words[at]?.text ?? "", words: command.words.slice(at + 1), folder };
}

function cloneOf(command: ShellCommand, run: RunFacts): Writable<CloneFacts> | undefined {
  const { verb, words, folder } = gitVerb(command);
  if (verb !== "clone") return undefined;
  const line = readCommandLine(words, cloneValued);
  const [source, target] = line.positionals;
  if (source === undefined) return undefined;
  const isShort = command.name === "gh" && /^[\w.-]+\/[\w.-]+$/.test(source.text);
  const url = withoutCredentials(isShort ? `https://github.com/${source.text}` : source.text);
  return {
    command,
    url,
    repository: source.isKnown ? githubRepository(url) : undefined,
    folder: pathFrom(folder, target ?? { ...source, text: folderName(url) }),
    revision: optionValue(line, "-b", "--branch", "--revision")?.text,
    stageIndex: run.stage.index,
    isInFinalImage: run.isInFinalImage,
  };
}

/** A command that moves a checkout to another revision, or fetches one to move to. */
function moveOf(
  command: ShellCommand,
): { readonly revision: string; readonly folder: string | undefined; readonly isFetch: boolean } | undefined {
  const { verb, words, folder } = gitVerb(command);
  const isFetch = verb === "fetch";
  if (!isFetch && verb !== "checkout" && verb !== "reset" && verb !== "switch") return undefined;
  // `checkout -- FILE` restores files, and `checkout REV -- FILE` moves nothing either.
  if (words.some((word) => word.text === "--")) return undefined;
  const { positionals } = readCommandLine(words, moveValued);
  const revision = isFetch ? positionals[1] : positionals[0];
  if (revision === undefined || revision.text === ".") return undefined;
  return { revision: revision.text, folder, isFetch };
}

function added(step: CopyStep): readonly CloneFacts[] {
  return step.sources.flatMap((source) => {
    if (source.kind !== "git") return [];
    const [address = "", fragment = ""] = source.pattern.text.split("#");
    const url = withoutCredentials(address);
    const location = { path: step.instruction.arguments.path, line: source.line };
    const isKnown = step.destination.unresolved.length === 0;
    return [
      {
        // Every clone has a command.
        command: stepCommand(step, ["ADD", url, step.destination.text], location),
        url,
        repository: source.pattern.unresolved.length === 0 ? githubRepository(url) : undefined,
        folder: isKnown ? posix.resolve(step.workdir, step.destination.text) : undefined,
        revision: fragment.split(":")[0] || undefined,
        stageIndex: step.stageIndex,
        isInFinalImage: true,
      },
    ];
  });
}

function githubRepository(url: string): string | undefined {
  return /^(?:(?:https?|ssh|git):\/\/(?:www\.)?github\.com\/|git@github\.com:)([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(
    url,
  )?.[1];
}

/** The folder that git derives from a URL: its last part, without `.git`. */
function folderName(url: string): string {
  const last = url.replace(/\/+$/, "").split(/[/:]/).at(-1) ?? "";
  return last.replace(/\.git$/, "");
}

function pathFrom(folder: string | undefined, word: ShellWord): string | undefined {
  if (!word.isKnown || word.text === "") return undefined;
  if (posix.isAbsolute(word.text)) return posix.resolve(word.text);
  return folder === undefined ? undefined : posix.resolve(folder, word.text);
}

function isInside(path: string | undefined, folder: string | undefined): boolean {
  return path !== undefined && folder !== undefined && (path === folder || path.startsWith(`${folder}/`));
}
