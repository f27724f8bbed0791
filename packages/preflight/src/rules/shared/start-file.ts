import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";

/** A file that the start runs. */
export interface StartFile {
  readonly path: string;
  readonly command: ShellCommand;
  /** It is the program itself, not an interpreter's argument: it needs an execute bit and a first line. */
  readonly isProgram: boolean;
  readonly interpreter: string | undefined;
}

/** Interpreters whose first word without a dash is a file. */
const interpreters: Readonly<Record<string, string>> = { bash: "shell", sh: "shell", dash: "shell", python: "Python" };

/** The files that the start runs in any case, by path. */
export function startFiles(image: ImageFacts): readonly StartFile[] {
  const seen = new Set<string>();
  return ownCommands(image).flatMap((command) => {
    const start = startFile(command);
    if (start === undefined || seen.has(start.path)) return [];
    seen.add(start.path);
    return [start];
  });
}

/** Commands that run in any case; what stands behind a branch may never be reached. */
function ownCommands({ entry }: ImageFacts): readonly ShellCommand[] {
  return entry.commands.filter(({ isConditional, fate }) => !isConditional && fate.kind !== "tested");
}

function startFile(command: ShellCommand): StartFile | undefined {
  const [program, ...rest] = command.words;
  if (program === undefined || !program.isKnown) return undefined;
  const name = posix.basename(program.text).replace(/[\d.]+$/, "");
  if (Object.hasOwn(interpreters, name)) {
    const file = rest.find(({ text }) => !text.startsWith("-"));
    const isFile = file === rest[0] || /^-[a-zA-Z]*u$/.test(rest[0]?.text ?? "") ? file : undefined;
    const path = isFile && pathOf(isFile, command);
    const hasName = isFile !== undefined && /\.(?:py|sh|bash)$/.test(isFile.text);
    return path !== undefined && hasName ? { path, command, isProgram: false, interpreter: name } : undefined;
  }
  const path = program.text.includes("/") ? pathOf(program, command) : undefined;
  return path === undefined ? undefined : { path, command, isProgram: true, interpreter: undefined };
}

function pathOf(word: ShellWord, { workdir }: ShellCommand): string | undefined {
  if (!word.isKnown || word.text === "") return undefined;
  if (posix.isAbsolute(word.text)) return posix.normalize(word.text);
  return workdir === undefined ? undefined : posix.join(workdir, word.text);
}
