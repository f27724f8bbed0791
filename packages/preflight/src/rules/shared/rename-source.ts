import type { ImageFacts } from "#facts/image/image-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import type { Fix } from "#model/finding.js";
import type { ContextSource } from "./context-sources.js";

/** A longer line was not written by a person; the pattern that takes a line apart is slow on a million blanks. */
const maxLineLength = 1000;

/**
 * Lets a COPY take another file under the wanted name.
 * @returns undefined unless it is one line with one source: anything else would be a guess.
 */
export function renameSource(
  { step, pattern }: ContextSource,
  path: string,
  { dockerfile }: ImageFacts,
): Fix | undefined {
  const { line, endLine, exec } = step.instruction;
  const isPlain = step.kind === "copy" && step.sources.length === 1 && line === endLine && exec === undefined;
  if (!isPlain || (dockerfile.lines[line - 1] ?? "").length > maxLineLength) return undefined;
  const written = /^(.*\s)(\S+)(\s+)(\S+)\s*$/.exec(dockerfile.lines[line - 1] ?? "");
  if (written === null || written[2] !== pattern.text || /[\s$"']/.test(path)) return undefined;
  const [, before = "", , blank = " ", target = "."] = written;
  const name = baseNameOf(pattern.text);
  const isFolder = step.destination.text.endsWith("/") || step.destination.text === step.workdir;
  const destination = isFolder ? `${target.replace(/\/$/, "")}/${name}` : target;
  return {
    title: `Copy ${path} as ${name}`,
    edits: [
      {
        kind: "lines",
        path: dockerfile.path,
        startLine: line,
        endLine: line,
        lines: [`${before}${path}${blank}${destination}`],
      },
    ],
  };
}
