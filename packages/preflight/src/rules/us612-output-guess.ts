import type { ImageFacts } from "#facts/image/image-facts.js";
import { textOf, type PythonCall, type PythonModule, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction } from "#facts/python/scopes.js";
import { ancestors, childByField } from "#facts/python/syntax.js";
import type { Evidence, Fix, LineEdit } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { type KnownStart, knownStartsOf } from "./shared/known-start.js";
import { type ProcessWord, processCallsOf } from "./shared/process-call.js";

/** A result picked out of a folder by its name, from a program that was not told where to write. */
export const outputGuess: ImageRule = {
  scope: "image",
  meta: {
    id: "US612",
    name: "output-guess",
    level: "error",
    phase: "job",
    summary: "The result is guessed among the files of a folder, and the program was not told to write there.",
    seeds: ["S37", "S57"],
    fix: "auto",
  },
  *check(image) {
    for (const start of knownStartsOf(image)) {
      const flag = start.script?.flags.find(({ name }) => outputFlags.test(name))?.name;
      const { code } = start;
      if (
        flag === undefined ||
        code === undefined ||
        start.isOpen ||
        start.words.some(({ text }) => isFlag(text, flag))
      )
        continue;
      const [pick, ...others] = picksAfter(code.module, code.words[0]?.node);
      if (pick === undefined) continue;
      yield {
        message: `The customer gets a wrong file: ${start.path} is not given ${flag}, so it writes to its own folder, and any ${pick.media} of ${pick.folder} is taken for the result.`,
        remedy: `Give it ${flag} with the path of the result, and take that file alone.`,
        at: { path: code.module.source.path, line: scriptLine(start) },
        confidence: "likely",
        evidence: evidenceOf(code.module, [pick, ...others], code.words),
        ...fixOf(start, flag, pick),
      };
    }
  },
  lookedAt: (image: ImageFacts) => {
    const starts = knownStartsOf(image);
    return starts.length === 0 ? "" : starts.map(({ path }) => path).join(", ");
  },
};

const outputFlags = /^--(?:save_file|output|output_path|out|video_out_path)$/;

function isFlag(text: string, flag: string): boolean {
  return text === flag || text.startsWith(`${flag}=`);
}

/** A loop or an expression that takes files of a folder by their ending. */
interface Pick {
  readonly node: SyntaxNode;
  /** The folder's expression, as written. */
  readonly folder: string;
  readonly media: string;
  /** The name must hold `output`. */
  readonly wantsOutput: boolean;
}

const media = /\.(?:mp4|mov|mkv|webm|avi|wav|mp3|png|jpg)\b/;

/** Listings after the start in the same function. */
function picksAfter(module: PythonModule, start: SyntaxNode | undefined): readonly Pick[] {
  const scope = start && enclosingFunction(start);
  if (start === undefined || scope === undefined) return [];
  return module.calls.flatMap((call) => {
    const { node } = call;
    if (node.start < start.start || node.end > scope.end || !isListing(call)) return [];
    const statement = statementAround(node);
    const text = textOf(module, statement);
    const found = media.exec(text)?.[0];
    const folder = call.arguments[0]?.node ?? objectOf(node);
    if (found === undefined || folder === undefined) return [];
    return [
      { node, folder: textOf(module, folder).slice(0, 80), media: found, wantsOutput: /["']output["']/.test(text) },
    ];
  });
}

function isListing({ callee }: PythonCall): boolean {
  return /^(?:os\.listdir|os\.scandir|os\.walk|glob\.i?glob)$|\.(?:glob|rglob|iterdir)$/.test(callee);
}

function statementAround(node: SyntaxNode): SyntaxNode {
  const around = [...ancestors(node)];
  return around.find(({ kind }) => kind === "for_statement" || kind.endsWith("_statement")) ?? node;
}

function objectOf(node: SyntaxNode): SyntaxNode | undefined {
  const callee = childByField(node, "function");
  return callee && childByField(callee, "object");
}

function evidenceOf(module: PythonModule, picks: readonly Pick[], words: readonly ProcessWord[]): readonly Evidence[] {
  const { path } = module.source;
  const others = processCallsOf(module).filter(
    (process) =>
      process.words[0]?.node !== words[0]?.node && process.words.some(({ node }) => sharesFolder(module, node, picks)),
  );
  return [
    ...picks.map(({ node, folder, media: ending }) => ({
      statement: `A ${ending} is picked out of ${folder} here.`,
      location: { path, line: node.line },
    })),
    ...others.map(({ words: [, script], call }) => ({
      statement: `${script?.text.split("/").at(-1) ?? "Another program"} leaves files of its own in that folder.`,
      location: { path, line: call.line },
    })),
  ];
}

function sharesFolder(module: PythonModule, node: SyntaxNode, picks: readonly Pick[]): boolean {
  return picks.some(({ folder }) => textOf(module, node) === folder);
}

function scriptLine({ code, path, place }: KnownStart): number {
  return code?.words.find(({ text }) => text.endsWith(path))?.node.line ?? place.line;
}

/**
 * The program is told to write `output.mp4` into the folder that is searched for a name with `output` in it. Only where
 * the words stand one under the other in a list that ends on a line of its own.
 */
function fixOf({ code, words }: KnownStart, flag: string, pick: Pick): { readonly fix?: Fix } {
  const last = code?.words.find((word) => word === words.at(-1))?.node;
  const list = last?.parent;
  if (code === undefined || last === undefined || list?.kind !== "list") return {};
  const isPlain = /^\w+$/.test(pick.folder) && pick.wantsOutput && code.module.importedNames.get("os") === "os";
  if (!isPlain || list.endLine <= last.endLine) return {};
  const lines = code.module.source.text.split("\n");
  const line = (lines[last.line - 1] ?? "").replace(/\r$/, "");
  if (/#/.test(line)) return {};
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const edit: LineEdit = {
    kind: "lines",
    path: code.module.source.path,
    startLine: last.line,
    endLine: last.line,
    lines: [
      line.trimEnd().endsWith(",") ? line : `${line.trimEnd()},`,
      `${indent}'${flag}', os.path.join(${pick.folder}, 'output${pick.media}'),`,
    ],
  };
  return { fix: { title: `Tell it where to write with ${flag}`, edits: [edit] } };
}
