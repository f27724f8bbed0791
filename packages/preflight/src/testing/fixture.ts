import type { PreflightConfig } from "#model/config.js";
import type { Level } from "#model/finding.js";
import type { MemoryFile } from "#tree/memory-tree.js";
import { withMadeUpSecrets } from "./made-up-secrets.js";

/** One finding that a fixture expects of its rule. */
export interface ExpectedFinding {
  readonly level: Level;
  readonly path: string;
  readonly line: number;
  /** The message contains this. */
  readonly text: string;
}

/** One line that a fixture expects after the fixes are applied. */
export interface ExpectedLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** A scenario: a few files and what one rule says of them. */
export interface Fixture {
  readonly files: Readonly<Record<string, MemoryFile>>;
  /** Texts that only earlier commits have, by path. */
  readonly past: Readonly<Record<string, string>>;
  readonly expected: readonly ExpectedFinding[];
  /** True when the file says `expect nothing`. */
  readonly expectsNothing: boolean;
  readonly fixed: readonly ExpectedLine[];
  readonly config: Partial<PreflightConfig>;
}

const fileHeading = /^-- (.+?)(?: -> (.+?))?((?: \([^)]*\))*) --$/;
const finding = /^expect (error|warning|note) ([^ ]+):(\d+)(?: (.+))?$/;
const fixedLine = /^fixed ([^ ]+):(\d+) (.*)$/;

/**
 * Reads a scenario. On top: a sentence, then `expect LEVEL PATH:LINE [text of the message]` for each finding or
 * `expect nothing`; `fixed PATH:LINE text` for a line after the fixes; `config {…}` as JSON. Then the files, each under
 * `-- PATH --`; `-- LINK -> TARGET --` is a symlink; `(executable)`, `(untracked)`, `(ignored)`, `(crlf)`, `(300 MB)`
 * and `(past)`, for what only an earlier commit has, may follow the path. `{{secret:NAME}}` becomes a made-up credential.
 * @throws Error on a line on top that it does not know, or when nothing is expected.
 */
export function parseFixture(text: string): Fixture {
  const lines = withMadeUpSecrets(text).split("\n");
  const firstFile = lines.findIndex((line) => fileHeading.test(line));
  const top = lines.slice(0, firstFile).filter((line) => line.trim() !== "");
  const expected: ExpectedFinding[] = [];
  const fixed: ExpectedLine[] = [];
  let expectsNothing = false;
  let config: Partial<PreflightConfig> = {};
  for (const line of top.slice(1)) {
    const found = finding.exec(line);
    const after = fixedLine.exec(line);
    if (found !== null) {
      expected.push({ level: found[1] as Level, path: found[2] ?? "", line: Number(found[3]), text: found[4] ?? "" });
    } else if (after !== null) {
      fixed.push({ path: after[1] ?? "", line: Number(after[2]), text: after[3] ?? "" });
    } else if (line === "expect nothing") {
      expectsNothing = true;
    } else if (line.startsWith("config ")) {
      config = JSON.parse(line.slice("config ".length)) as Partial<PreflightConfig>;
    } else {
      throw new Error(`not a line of a fixture: ${line}`);
    }
  }
  if (expectsNothing === expected.length > 0) throw new Error("a fixture expects findings, or `expect nothing`");
  return { ...readFiles(lines.slice(firstFile)), expected, expectsNothing, fixed, config };
}

function readFiles(lines: readonly string[]): Pick<Fixture, "files" | "past"> {
  const files: Record<string, MemoryFile> = {};
  const past: Record<string, string> = {};
  let heading: RegExpExecArray | null = null;
  let body: string[] = [];
  const finish = () => {
    const [, path = "", linkTarget, notes = ""] = heading ?? [];
    if (notes.includes("(past)")) past[path] = body.join("\n");
    else if (heading !== null) files[path] = fileOf(linkTarget, notes, body.join("\n"));
    body = [];
  };
  for (const line of lines) {
    const next = fileHeading.exec(line);
    if (next === null) body.push(line);
    else {
      finish();
      heading = next;
    }
  }
  finish();
  return { files, past };
}

function fileOf(linkTarget: string | undefined, notes: string, content: string): MemoryFile {
  if (linkTarget !== undefined) return { linkTarget };
  const megabytes = /\((\d+) MB\)/.exec(notes)?.[1];
  return {
    content: notes.includes("(crlf)") ? content.replaceAll("\n", "\r\n") : content,
    isExecutable: notes.includes("(executable)"),
    gitState: notes.includes("(ignored)") ? "ignored" : notes.includes("(untracked)") ? "untracked" : "tracked",
    ...(megabytes === undefined ? {} : { byteLength: Number(megabytes) * 1e6, content: new Uint8Array(16) }),
  };
}
