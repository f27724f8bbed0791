import { posix } from "node:path";
import type { MappedText } from "#model/mapped-text.js";
import { mappedPieces } from "#model/mapped-text.js";
import type { Flag, Heredoc, Instruction } from "./dockerfile.js";
import type { Expander } from "./expander.js";
import { readHeredocWord } from "./heredocs.js";
import { mappedJoin } from "./mapped-join.js";
import type { RunMount, RunStep, StepMoment } from "./stage.js";
import { blankWords } from "./words.js";

/** Reads RUN. Its text is left as written: the shell expands it. */
export function readRun(moment: StepMoment, expandWord: Expander): RunStep {
  const { instruction } = moment;
  const mounts = instruction.flags
    .filter((flag) => flag.name === "mount")
    .map((flag) => readMount(flag, moment.workdir, expandWord));
  const script = instruction.exec === undefined ? readScript(instruction) : undefined;
  return {
    ...moment,
    kind: "run",
    interpreter: undefined,
    script: undefined,
    ...script,
    exec: instruction.exec,
    mounts,
  };
}

/**
 * `RUN <<EOF` runs the here-document itself; `RUN cmd <<EOF` hands both to the shell (`dispatchRun` of BuildKit's
 * dockerfile2llb/convert.go).
 */
function readScript({ arguments: written, heredocs }: Instruction): Pick<RunStep, "script" | "interpreter"> {
  const [first] = heredocs;
  if (first === undefined) return { script: written, interpreter: undefined };
  if (readHeredocWord(written.text) !== undefined) {
    return { script: first.content, interpreter: readShebang(first.content.text) };
  }
  const interpreter = heredocs.length === 1 ? readLeadingHeredoc(written.text) : undefined;
  return interpreter === undefined
    ? { script: withBodies(written, heredocs), interpreter }
    : { script: first.content, interpreter };
}

/** The program of `#!/usr/bin/env python3`, without its folder. */
function readShebang(text: string): string | undefined {
  if (!text.startsWith("#!")) return undefined;
  const [line = ""] = text.slice(2).split("\n", 1);
  const words = blankWords(line).map((word) => word.text);
  const program = words.findIndex((word) => posix.basename(word) !== "env" && !word.startsWith("-"));
  return program === -1 ? undefined : commandOf(words.slice(program));
}

/** The interpreter that reads the here-document in `<<EOF python3 -u`. */
function readLeadingHeredoc(text: string): string | undefined {
  const match = /^<<-?[\t ]*(?:[\w.]+|'[^']+'|"[^"]+")[\t ]+(\S.*)$/u.exec(text);
  const words = blankWords(match?.[1] ?? "").map((word) => word.text);
  const isInterpreter = /^(?:python[\d.]*|bash|sh|dash|zsh|node|perl|ruby)$/u.test(posix.basename(words[0] ?? ""));
  return isInterpreter && words.slice(1).every((word) => /^-\w*$/u.test(word)) ? commandOf(words) : undefined;
}

function commandOf([program = "", ...options]: readonly string[]): string {
  return [posix.basename(program), ...options].join(" ");
}

/** The command line with its here-documents behind it, as the shell reads them. */
function withBodies(written: MappedText, heredocs: readonly Heredoc[]): MappedText {
  const { path } = written;
  const bodies = heredocs.flatMap(({ content, name, line, endLine }) => [
    mappedPieces(path, [{ text: "\n", startLine: line }]),
    content,
    mappedPieces(path, [{ text: name, startLine: endLine }]),
  ]);
  return mappedJoin(path, [written, ...bodies]);
}

/** `--mount=type=cache,target=/root/.cache/pip`. */
function readMount(flag: Flag, workdir: string, expandWord: Expander): RunMount {
  const fields = new Map<string, string>();
  for (const field of (flag.value ?? "").split(",")) {
    const [key = "", ...value] = field.split("=");
    fields.set(key.trim().toLowerCase(), expandWord(value.join("="), flag.line).text);
  }
  const type = fields.get("type")?.toLowerCase() ?? "bind";
  const source = fields.get("source") ?? fields.get("src");
  const target = fields.get("target") ?? fields.get("dst") ?? fields.get("destination");
  return {
    type,
    target: target === undefined ? secretTarget(type, fields) : posix.resolve(workdir, target),
    source,
    from: fields.get("from"),
    line: flag.line,
  };
}

/** A secret without target lies below `/run/secrets`, unless it is only handed over as a variable. */
function secretTarget(type: string, fields: ReadonlyMap<string, string>): string | undefined {
  const id = fields.get("id") ?? fields.get("source") ?? fields.get("src");
  if (type !== "secret" || id === undefined || fields.has("env")) return undefined;
  return `/run/secrets/${posix.basename(id)}`;
}
