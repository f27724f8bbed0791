import type { ImageFacts } from "#facts/image/image-facts.js";
import type { PythonCall, PythonModule, SyntaxNode } from "#facts/python/module.js";
import { textOf } from "#facts/python/module.js";
import { ancestors, childByField, walk } from "#facts/python/syntax.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { callsOf, functionsNamed, type JobFunction, jobFunctionsOf } from "./shared/job-functions.js";

/** A transfer of a job that fails without anybody learning of it. */
export const errorSwallowed: ImageRule = {
  scope: "image",
  meta: {
    id: "US621",
    name: "error-swallowed",
    level: "warning",
    phase: "job",
    summary: "A download, an upload or a webhook of a job may fail, and the job goes on as if it had not.",
    seeds: ["S36", "S106"],
    fix: "by-hand",
  },
  *check(image) {
    const byMessage = new Map<string, Report[]>();
    for (const each of jobFunctionsOf(image)) {
      for (const call of transfersOf(each)) {
        const report = silenced(call, each) ?? unread(call, each, image);
        if (report !== undefined) byMessage.set(report.message, [...(byMessage.get(report.message) ?? []), report]);
      }
    }
    for (const reports of byMessage.values()) yield* asOne(reports);
  },
  lookedAt: (image) => {
    const calls = jobFunctionsOf(image).flatMap((each) => transfersOf(each));
    return calls.length === 0 ? "" : `${calls.length} transfers of jobs`;
  },
};

/** The same call in several places is one fault. */
function* asOne([first, ...others]: readonly Report[]): Iterable<Report> {
  if (first === undefined) return;
  const more = others.slice(0, 8).map(({ at }) => ({ statement: "Here too.", location: at }));
  yield { ...first, evidence: [...(first.evidence ?? []), ...more] };
}

const transfer =
  /^(?:requests\.(?:get|post|put|patch)|urllib\.request\.url(?:open|retrieve)|httpx\.(?:get|post|put))$|(?:^|\.)_?(?:upload|download|put_object|(?:send|post|notify|call)_\w*(?:webhook|callback))(?:_\w+)?$/;

/** Names that speak of a transfer and make none, and messages about an error: its own failure is told elsewhere. */
const harmless = /(?:log|clean|remove|delete|close|url|path|name|dir|folder)s?$|error|fail/i;

function transfersOf(from: JobFunction): readonly PythonCall[] {
  return callsOf(from).filter(
    ({ callee, node }) => transfer.test(callee) && !harmless.test(callee) && !isInExcept(node, from.function.body),
  );
}

function isInExcept(node: SyntaxNode, body: SyntaxNode): boolean {
  for (const around of ancestors(node)) {
    if (around === body) return false;
    if (around.kind === "except_clause" || around.kind === "finally_clause") return true;
  }
  return false;
}

/** `except: pass` around it. */
function silenced(
  { callee, node, line }: PythonCall,
  { module: { module }, function: { body } }: JobFunction,
): Report | undefined {
  const clause = nearestExcepts(node, body).find(isEmpty);
  if (clause === undefined || isTriedAgain(clause, module, body)) return undefined;
  const { path } = module.source;
  return {
    message: `When ${callee} fails, nothing is said and the job goes on: the except around it is empty.`,
    remedy: "Log the error, and raise it unless the job is complete without it.",
    at: { path, line: clause.line },
    confidence: "likely",
    evidence: [{ statement: `${callee} is tried here.`, location: { path, line } }],
  };
}

/** In `while …` and `for … in range(…)` the next turn tries again: so one waits for a server. */
function isTriedAgain(clause: SyntaxNode, module: PythonModule, body: SyntaxNode): boolean {
  for (const around of ancestors(clause)) {
    if (around === body) return false;
    if (around.kind === "while_statement") return true;
    const over = around.kind === "for_statement" ? childByField(around, "right") : undefined;
    const callee = over?.kind === "call" ? childByField(over, "function") : undefined;
    if (callee !== undefined && textOf(module, callee) === "range") return true;
  }
  return false;
}

/** A statement of its own, of a function that turns every error into False. */
function unread(
  { callee, node, line }: PythonCall,
  { module: { module } }: JobFunction,
  image: ImageFacts,
): Report | undefined {
  if (node.parent?.kind !== "expression_statement") return undefined;
  const name = callee.split(".").at(-1) ?? "";
  const called = functionsNamed(image, name);
  const [only] = called;
  const failing = only && called.length === 1 ? falseReturn(only) : undefined;
  if (only === undefined || failing === undefined) return undefined;
  return {
    message: `${name} answers False when it fails, and nobody reads the answer: the job ends as if it had worked.`,
    remedy: "Test what it returns, or let it raise.",
    at: { path: module.source.path, line },
    confidence: "likely",
    evidence: [
      {
        statement: "Every error becomes False here.",
        location: { path: only.module.module.source.path, line: failing.line },
      },
    ],
  };
}

/** `return False` or `return None` in an except that catches everything. */
function falseReturn({
  module: { module },
  function: { body },
}: Omit<JobFunction, "isConditional">): SyntaxNode | undefined {
  return [...walk(body)].find((node) => {
    if (node.kind !== "return_statement" || !["false", "none"].includes(node.children[0]?.kind ?? "")) return false;
    const clause = [...ancestors(node)].find(({ kind }) => kind === "except_clause");
    const caught = clause && childByField(clause, "value");
    return clause !== undefined && (caught === undefined || /^(?:Base)?Exception\b/.test(textOf(module, caught)));
  });
}

/** The except clauses of the nearest `try` whose body holds the node, inside the function. */
function nearestExcepts(node: SyntaxNode, body: SyntaxNode): readonly SyntaxNode[] {
  let part = node;
  for (const around of ancestors(node)) {
    if (part === body) return [];
    if (around.kind === "try_statement" && part.field === "body") {
      return around.children.filter(({ kind }) => kind === "except_clause");
    }
    part = around;
  }
  return [];
}

/** Nothing but `pass`. */
function isEmpty(clause: SyntaxNode): boolean {
  const block = clause.children.at(-1);
  return block?.kind === "block" && block.children.every(({ kind }) => kind === "pass_statement");
}
