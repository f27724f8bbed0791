import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Fix } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** Python that buffers what it prints: the last lines before a crash never reach the log. */
export const unbufferedLogs: ImageRule = {
  scope: "image",
  meta: {
    id: "US608",
    name: "unbuffered-logs",
    level: "note",
    phase: "job",
    summary: "The worker's Python buffers its output, so the last lines before a crash are lost.",
    seeds: ["S106"],
    fix: "auto",
  },
  *check(image) {
    const command = pythonCommands(image).findLast((each) => isBuffered(each));
    if (command === undefined) return;
    yield {
      message: "Python buffers what the worker prints: the lines before a crash or a kill do not reach the log.",
      remedy: "Start it with python -u, or set ENV PYTHONUNBUFFERED=1.",
      at: command.location,
      confidence: image.base?.isWellKnown === true ? "certain" : "possible",
      ...fixOf(image),
    };
  },
  lookedAt: (image) => {
    const count = pythonCommands(image).length;
    return count === 0 ? "" : `${count} Python start commands`;
  },
};

/** Commands that name the interpreter: servers such as gunicorn write their own log unbuffered. */
function pythonCommands({ entry }: ImageFacts): readonly ShellCommand[] {
  const started = [...entry.pythonFiles, ...entry.pythonModules].map(({ command }) => command);
  return started.filter((command) => interpreterAt(command) !== -1);
}

/** CPython's command line: `-u` may stand among other letters; any text in PYTHONUNBUFFERED counts. */
function isBuffered(command: ShellCommand): boolean {
  if ((command.environment.get("PYTHONUNBUFFERED") ?? "") !== "") return false;
  const options = command.words.slice(interpreterAt(command) + 1).map(({ text }) => text);
  const end = options.findIndex((word) => !word.startsWith("-"));
  return !options.slice(0, end === -1 ? options.length : end).some((word) => /^-[a-zA-Z]*u/.test(word));
}

function interpreterAt(command: ShellCommand): number {
  return command.words.findIndex(({ text }) => /(?:^|\/)python[\d.]*$/.test(text));
}

/** The variable is set before the last CMD or ENTRYPOINT of the Dockerfile. */
function fixOf({ entry, dockerfile }: ImageFacts): { readonly fix?: Fix } {
  const line = Math.min(...[entry.cmd, entry.entrypoint].flatMap((step) => step?.instruction.line ?? []));
  if (!Number.isFinite(line)) return {};
  const edit = {
    kind: "lines",
    path: dockerfile.path,
    startLine: line,
    endLine: line - 1,
    lines: ["ENV PYTHONUNBUFFERED=1"],
  } as const;
  return { fix: { title: "Set PYTHONUNBUFFERED", edits: [edit] } };
}
