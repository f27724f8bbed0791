import type { ImageFacts } from "#facts/image/image-facts.js";
import { readPython } from "#facts/python/read-python.js";
import type { Fix } from "#model/finding.js";
import { mappedFile } from "#model/mapped-text.js";
import type { RunCode } from "./code-in-runs.js";
import { unflattened } from "./flattened-python.js";

/**
 * Writes `RUN python -c "…"` as a here-document, where Python's own lines and quotes hold. Undefined when the RUN does
 * more than that, or the code would not compile then either.
 */
export function asHereDocument({ code, run }: RunCode, image: ImageFacts): Fix | undefined {
  const { dockerfile } = image;
  const { line, endLine, heredocs, exec } = run.step.instruction;
  const isAlone = run.script.commands.length === 1 && code.from === "argument" && code.command.via.length === 0;
  if (!isAlone || heredocs.length > 0 || exec !== undefined || dockerfile.escape !== "\\") return undefined;
  const written = dockerfile.lines.slice(line - 1, endLine).join("\n");
  const [whole, command, quote] = opening.exec(written) ?? [];
  const close = quote === undefined ? -1 : written.lastIndexOf(quote);
  if (whole === undefined || command === undefined || close < whole.length) return undefined;
  if (written.slice(close + 1).trim() !== "") return undefined;
  const body = unquoted(written.slice(whole.length, close), quote ?? "");
  const lines = body === undefined ? undefined : statementLines(body);
  if (lines === undefined || lines.includes("PY") || !compiles(lines, image)) return undefined;
  return {
    title: "Write the Python code as a here-document",
    edits: [
      { kind: "lines", path: dockerfile.path, startLine: line, endLine, lines: [`${command} <<'PY'`, ...lines, "PY"] },
    ],
  };
}

/** Up to the code's first character; continued lines between the words count as blanks. */
const opening =
  /^([ \t]*RUN[ \t]+(?:--\S+[ \t]+)*(?:\S*\/)?python[\d.]*(?:[ \t]+-[A-Za-bd-z]+)*)(?:[ \t]|\\\n)+-c(?:[ \t]|\\\n)+(["'])/i;

/** What the shell makes of the text between the quotes; undefined when it would put something in. */
function unquoted(body: string, quote: string): string | undefined {
  if (quote === "'") return body.includes("'") ? undefined : body;
  if (/(?:^|[^\\])(?:\\\\)*[$`]/.test(body)) return undefined;
  return body.replaceAll(/\\(["$`\\])/g, "$1");
}

/** The code's lines without the `; \` that joined them and without the indent that all share. */
function statementLines(body: string): readonly string[] | undefined {
  const written = body.split("\n").map((line) => withoutEnd(line, "\\"));
  const lines = written.map((line) => withoutEnd(line, ";")).filter((line) => line !== "");
  const [first = "", ...rest] = lines;
  if (rest.length === 0) return unflattened(first)?.trimEnd().split("\n") ?? [first.trim()];
  const startsOnFirstLine = written[0]?.trim() !== "";
  const indents = (startsOnFirstLine ? rest : lines).map((line) => line.search(/\S/));
  const shared = Math.min(...indents);
  return lines.map((line, index) => (index === 0 && startsOnFirstLine ? line.trim() : line.slice(shared)));
}

function withoutEnd(line: string, sign: string): string {
  const text = line.trimEnd();
  return text.endsWith(sign) ? text.slice(0, -1).trimEnd() : text;
}

function compiles(lines: readonly string[], { python: { version }, dockerfile }: ImageFacts): boolean {
  const source = mappedFile(dockerfile.path, `${lines.join("\n")}\n`);
  return readPython(source, version === undefined ? {} : { version }).syntaxErrors.length === 0;
}
