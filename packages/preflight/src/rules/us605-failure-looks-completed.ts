import type { ImageFacts } from "#facts/image/image-facts.js";
import { type PythonModule, type SyntaxNode, textOf } from "#facts/python/module.js";
import { ancestors, childByField, stringValue, walk } from "#facts/python/syntax.js";
import type { LineEdit, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { bodyNodes, type Handler } from "./shared/handler.js";
import { resultFunctionsOf } from "./shared/result-functions.js";

/** A failure that the handler returns in a form which the SDK takes for a result. */
export const failureLooksCompleted: ImageRule = {
  scope: "image",
  meta: {
    id: "US605",
    name: "failure-looks-completed",
    level: "error",
    phase: "job",
    summary: "The handler returns a failure without the key error: the job is reported COMPLETED.",
    seeds: ["S36", "S48"],
    fix: "auto",
  },
  *check(image) {
    for (const handler of resultFunctionsOf(image)) {
      // A generator's values are chunks of a stream.
      const nodes = [...bodyNodes(handler.function)];
      if (nodes.some(({ kind }) => kind === "yield")) continue;
      const hidden = nodes.flatMap((node) => {
        const value = node.kind === "return_statement" ? node.children[0] : undefined;
        return value !== undefined && isHidden(value, handler) ? [value] : [];
      });
      if (hidden.length > 0) yield failure(hidden, handler, image);
    }
  },
  lookedAt: (image) =>
    resultFunctionsOf(image)
      .map((handler) => handler.function.name)
      .join(", "),
};

function isHidden(value: SyntaxNode, { module }: Handler): boolean {
  if (value.kind === "dictionary") return hidesFailure(value, module.module);
  const text = textOf(module.module, value);
  if (!isInExcept(value)) return false;
  const exception = exceptionName(value, module.module);
  const isException =
    exception !== undefined &&
    [`f"{${exception}}"`, `f'{${exception}}'`, `str(${exception})`, `repr(${exception})`].includes(text);
  return isException || (value.kind === "string" && /error|fail/i.test(text));
}

function failure(hidden: readonly SyntaxNode[], handler: Handler, image: ImageFacts): Report {
  const { path } = handler.module.module.source;
  const [first, ...others] = hidden.map(({ line }) => ({ path, line }));
  const edits = hidden.map((value) => withError(value, handler, image));
  const isMendable =
    edits.every((edit) => edit !== undefined) && new Set(edits.map((edit) => edit?.startLine)).size === edits.length;
  const what = others.length === 0 ? "This failure is" : `These ${hidden.length} failures are`;
  return {
    message: `${what} reported as COMPLETED: what ${handler.function.name} returns has no key error, which is what makes a job FAILED.`,
    remedy: 'Return {"error": "…"} with the reason, or raise.',
    at: first ?? { path, line: handler.function.line },
    // A caller who reads its status can tell; the platform's own status, counts and retries cannot.
    level: hidden.every(({ kind }) => kind === "dictionary") ? "warning" : "error",
    confidence: "likely",
    evidence: others.map((location) => ({ statement: "This one too.", location })),
    ...(isMendable
      ? { fix: { title: "Give the reason under error", edits: edits.filter((edit) => edit !== undefined) } }
      : {}),
  };
}

/** A status that says so; in an `except`, a key that carries the reason. */
function hidesFailure(dictionary: SyntaxNode, module: PythonModule): boolean {
  const pairs = pairsOf(dictionary, module);
  // A spread, or a key that is not written out, may bring the error.
  if (pairs.length !== dictionary.children.length || pairs.some(({ key }) => key === "error")) return false;
  return pairs.some(({ key, value }) => {
    const text = stringValue(module, value);
    if (/^(?:status|state|result)$/.test(key) && text !== undefined) {
      return /^(?:error|failed|failure|fail|timeout|timed_out|exception)$/i.test(text);
    }
    if (/^(?:success|ok|succeeded)$/.test(key)) return textOf(module, value) === "False";
    return isInExcept(dictionary) && /^(?:errors|error_message|error_msg|exception|traceback)$/.test(key);
  });
}

interface Pair {
  readonly key: string;
  readonly value: SyntaxNode;
  readonly node: SyntaxNode;
}

function pairsOf(dictionary: SyntaxNode, module: PythonModule): readonly Pair[] {
  return dictionary.children.flatMap((node) => {
    const [key, value] = [childByField(node, "key"), childByField(node, "value")];
    const text = key && stringValue(module, key);
    return text === undefined || value === undefined ? [] : [{ key: text, value, node }];
  });
}

function isInExcept(node: SyntaxNode): boolean {
  return [...ancestors(node)].some(({ kind }) => kind === "except_clause");
}

/** Gives the reason under `error` too: its own text, or that of the exception. */
function withError(dictionary: SyntaxNode, { module }: Handler, { project }: ImageFacts): LineEdit | undefined {
  const { source } = module.module;
  const pairs = pairsOf(dictionary, module.module);
  const reason = pairs.find(({ key }) => /^(?:message|error_message|error_msg|detail|reason|msg)$/.test(key));
  const exception = exceptionName(dictionary, module.module);
  const [first] = pairs;
  const text = reason === undefined ? exception && `str(${exception})` : textOf(module.module, reason.value);
  const before = reason ?? first;
  const line = before && project.files.get(source.path)?.text?.split("\n")[before.node.line - 1];
  const written = before && textOf(module.module, before.node);
  if (before === undefined || text === undefined || line === undefined || written === undefined) return undefined;
  if (before.node.line !== before.node.endLine || line.split(written).length !== 2) return undefined;
  const startLine = before.node.line;
  const fixed = line.replace(written, () => `"error": ${text}, ${written}`);
  return { kind: "lines", path: source.path, startLine, endLine: startLine, lines: [fixed] };
}

/** `e` of `except Exception as e`. */
function exceptionName(node: SyntaxNode, module: PythonModule): string | undefined {
  const clause = [...ancestors(node)].find(({ kind }) => kind === "except_clause");
  const target = clause && [...walk(clause)].find(({ kind }) => kind === "as_pattern_target");
  return target && textOf(module, target);
}
