import type { ShellNode } from "./grammar.js";

/** A stretch of the script, such as one word. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `2>> file` as written. */
export interface RedirectSyntax extends Span {
  readonly operator: string;
  readonly descriptor: number | undefined;
  readonly target: Span;
}

/** A statement and what ends it. */
export interface Item {
  readonly statement: Statement;
  readonly separator: ";" | "newline" | "&";
}

/** A simple command, a `[ … ]`, or assignments alone. */
export interface SimpleStatement extends Span {
  readonly kind: "simple";
  readonly assignments: readonly Span[];
  readonly words: readonly Span[];
  readonly redirects: readonly RedirectSyntax[];
}

/** A script's syntax without the grammar's oddities. Chains are flat, however long. */
export type Statement =
  | SimpleStatement
  | (Span & {
      readonly kind: "chain";
      readonly first: Statement;
      readonly rest: readonly { readonly operator: "&&" | "||"; readonly statement: Statement }[];
    })
  | (Span & { readonly kind: "pipeline"; readonly isNegated: boolean; readonly stages: readonly Statement[] })
  | (Compound & { readonly kind: "group" | "subshell"; readonly body: readonly Item[] })
  | (Compound & {
      readonly kind: "if";
      readonly branches: readonly { readonly condition: readonly Item[]; readonly body: readonly Item[] }[];
      readonly otherwise: readonly Item[] | undefined;
    })
  | (Compound & {
      readonly kind: "loop";
      /** Variable of `for`. */
      readonly variable: string | undefined;
      readonly words: readonly Span[];
      /** Of `while` and `until`; empty for `for`. */
      readonly condition: readonly Item[];
      readonly body: readonly Item[];
    })
  | (Compound & {
      readonly kind: "case";
      readonly value: Span;
      readonly branches: readonly (readonly Item[])[];
      /** One of the patterns is `*`. */
      readonly hasDefault: boolean;
    })
  | (Span & { readonly kind: "function"; readonly name: string; readonly body: Statement });

interface Compound extends Span {
  readonly redirects: readonly RedirectSyntax[];
}

/** Deeper nesting is left out; no script that people wrote comes near. */
const maximumDepth = 200;

/** The statements of a parsed script. */
export function statementsOf(root: ShellNode, text: string): readonly Item[] {
  return items(root.children, { text, depth: 0 });
}

interface Reading {
  readonly text: string;
  readonly depth: number;
}

function items(nodes: readonly ShellNode[], reading: Reading): readonly Item[] {
  const found: { statement: Statement; separator: Item["separator"] }[] = [];
  if (reading.depth > maximumDepth) return found;
  for (const node of nodes) {
    const last = found.at(-1);
    if (node.kind === "&" || node.kind === ";") {
      if (last) last.separator = node.kind;
    } else if (node.kind === "ERROR") found.push(...items(node.children, reading));
    else {
      const statement = statementOf(node, { ...reading, depth: reading.depth + 1 });
      if (statement) found.push({ statement, separator: "newline" });
    }
  }
  return found;
}

function statementOf(node: ShellNode, reading: Reading): Statement | undefined {
  switch (node.kind) {
    case "command":
    case "declaration_command":
    case "unset_command":
      return simple(node, node.children, reading);
    case "test_command":
      return { ...spanOf(node), kind: "simple", assignments: [], words: splitTest(node, reading.text), redirects: [] };
    case "variable_assignment":
      return { ...spanOf(node), kind: "simple", assignments: [spanOf(node)], words: [], redirects: [] };
    case "variable_assignments":
      return { ...spanOf(node), kind: "simple", assignments: node.children.map(spanOf), words: [], redirects: [] };
    case "redirected_statement":
      return redirected(node, reading);
    case "list":
      return chain(node, reading);
    case "pipeline":
      return pipeline(node, reading);
    case "negated_command":
      return pipeline(node, reading);
    case "subshell":
      return { ...spanOf(node), kind: "subshell", body: items(node.children, reading), redirects: [] };
    case "compound_statement":
      if (reading.text.startsWith("((", node.start)) {
        const word = { start: node.start, end: node.start + 2 };
        return { ...spanOf(node), kind: "simple", assignments: [], words: [word], redirects: [] };
      }
      return { ...spanOf(node), kind: "group", body: items(node.children, reading), redirects: [] };
    case "if_statement":
      return ifStatement(node, reading);
    case "for_statement":
    case "c_style_for_statement":
    case "while_statement":
      return loop(node, reading);
    case "case_statement":
      return caseStatement(node, reading);
    case "function_definition":
      return functionDefinition(node, reading);
    default:
      return undefined;
  }
}

function spanOf(node: Span): Span {
  return { start: node.start, end: node.end };
}

function simple(node: Span, parts: readonly ShellNode[], reading: Reading): SimpleStatement {
  const redirects: RedirectSyntax[] = [];
  const assignments: Span[] = [];
  const words: Span[] = [];
  const isDeclaration = parts[0] !== undefined && declarations.has(parts[0].kind);
  for (const part of parts) {
    if (part.kind.endsWith("_redirect")) {
      const read = redirectOf(part, reading);
      if (read.redirect) redirects.push(read.redirect);
      words.push(...read.words);
    } else if (part.kind === "variable_assignment" && !isDeclaration) assignments.push(spanOf(part));
    else if (part.end > part.start && part.kind !== "comment") addWord(words, part, reading.text);
  }
  return { ...spanOf(node), kind: "simple", assignments, words, redirects };
}

/** The grammar ends a word at a joined line; the shell does not. */
function addWord(words: Span[], part: Span, text: string): void {
  const last = words.at(-1);
  if (last && /^(?:\\\r?\n)+$/.test(text.slice(last.end, part.start)))
    words.splice(-1, 1, { start: last.start, end: part.end });
  else words.push(spanOf(part));
}

const declarations: ReadonlySet<string> = new Set(["declare", "typeset", "export", "readonly", "local"]);

/** The grammar hangs `> f` in `a && b > f` on the whole list, and takes `x y` of `a > f x y` for more targets. */
function redirected(node: ShellNode, reading: Reading): Statement | undefined {
  if (listBody(node)) return chain(node, reading);
  const parts = redirectsIn(node);
  const body = node.children.find((child) => !parts.includes(child));
  const added = simple(node, parts, reading);
  const statement = body && statementOf(body, reading);
  return statement === undefined ? added : withRedirects(statement, added);
}

function withRedirects(statement: Statement, added: SimpleStatement): Statement {
  const end = Math.max(statement.end, added.end);
  switch (statement.kind) {
    case "pipeline": {
      const stages = statement.stages.map((stage, index) =>
        index === statement.stages.length - 1 ? withRedirects(stage, added) : stage,
      );
      return { ...statement, end, stages };
    }
    case "simple": {
      const words = [...statement.words, ...added.words];
      return { ...statement, end, words, redirects: [...statement.redirects, ...added.redirects] };
    }
    case "chain":
    case "function":
      return statement;
    default:
      return { ...statement, end, redirects: [...statement.redirects, ...added.redirects] };
  }
}

function redirectOf(node: ShellNode, reading: Reading): { redirect?: RedirectSyntax; words: readonly Span[] } {
  const descriptor = node.children.find((child) => child.kind === "file_descriptor");
  const operator = node.children.find((child) => /^[<>&|-]+$/.test(child.kind));
  const [target, ...words] = node.children.filter((child) => child !== descriptor && child !== operator);
  if (operator === undefined) return { words: [] };
  const written = descriptor && Number(reading.text.slice(descriptor.start, descriptor.end));
  const at = target ?? { start: operator.end, end: operator.end };
  const redirect = {
    operator: operator.kind,
    descriptor: written,
    target: spanOf(at),
    start: operator.start,
    end: at.end,
  };
  return { redirect, words: words.map(spanOf) };
}

/** The grammar nests a chain to the left, one level for each `&&`, and one for each `> f` of `a > f && b`. */
function chain(node: ShellNode, reading: Reading): Statement | undefined {
  const rest: { operator: "&&" | "||"; statement: Statement }[] = [];
  let redirects: SimpleStatement | undefined;
  let left = node;
  while (left.kind === "list" || listBody(left)) {
    const body = listBody(left);
    if (body) {
      redirects = simple(left, redirectsIn(left), reading);
      left = body;
      continue;
    }
    const [first, operator, right] = left.children.filter((child) => child.kind !== "comment");
    const statement = right && statementOf(right, reading);
    if (statement) {
      rest.push({
        operator: operator?.kind === "||" ? "||" : "&&",
        statement: redirects ? withRedirects(statement, redirects) : statement,
      });
    }
    redirects = undefined;
    if (first === undefined) break;
    left = first;
  }
  const first = statementOf(left, reading);
  rest.reverse();
  return first && (rest.length === 0 ? first : { ...spanOf(node), kind: "chain", first, rest });
}

function listBody(node: ShellNode): ShellNode | undefined {
  return node.kind === "redirected_statement" ? node.children.find((child) => child.kind === "list") : undefined;
}

function redirectsIn(node: ShellNode): readonly ShellNode[] {
  return node.children.filter((child) => child.kind.endsWith("_redirect"));
}

/** `! a | b` negates the pipeline, not `a`. */
function pipeline(node: ShellNode, reading: Reading): Statement | undefined {
  let isNegated = false;
  const stages: Statement[] = [];
  for (const child of node.children) {
    if (child.kind === "!") isNegated = true;
    else if (child.kind === "negated_command") {
      const inner = pipeline(child, reading);
      if (inner?.kind === "pipeline") stages.push(...inner.stages);
      isNegated = true;
    } else {
      const stage = statementOf(child, reading);
      if (stage) stages.push(stage);
    }
  }
  return stages.length === 0 ? undefined : { ...spanOf(node), kind: "pipeline", isNegated, stages };
}

function ifStatement(node: ShellNode, reading: Reading): Statement {
  const elifs = node.children.filter((child) => child.kind === "elif_clause");
  const otherwise = node.children.find((child) => child.kind === "else_clause");
  const own = node.children.filter((child) => child !== otherwise && !elifs.includes(child));
  const branches = [own, ...elifs.map((clause) => clause.children)].map((children) => {
    const then = children.findIndex((child) => child.kind === "then");
    return { condition: items(children.slice(0, then), reading), body: items(children.slice(then), reading) };
  });
  const last = otherwise && items(otherwise.children, reading);
  return { ...spanOf(node), kind: "if", branches, otherwise: last, redirects: [] };
}

function loop(node: ShellNode, reading: Reading): Statement {
  const body = node.children.find((child) => child.kind === "do_group" || child.kind === "compound_statement");
  const head = node.children.filter((child) => child !== body);
  const isWhile = node.kind === "while_statement";
  const [variable, ...words] = node.kind === "for_statement" ? head.filter((child) => !loopTokens.has(child.kind)) : [];
  return {
    ...spanOf(node),
    kind: "loop",
    variable: variable && reading.text.slice(variable.start, variable.end),
    words: words.map(spanOf),
    condition: isWhile ? items(head, reading) : [],
    body: items(body?.children ?? [], reading),
    redirects: [],
  };
}

const loopTokens: ReadonlySet<string> = new Set(["for", "select", "in", ";", "\n", "comment"]);

function caseStatement(node: ShellNode, reading: Reading): Statement {
  const clauses = node.children.filter((child) => child.kind === "case_item");
  const closes = clauses.map((clause) => clause.children.findIndex((child) => child.kind === ")"));
  const isDefault = (clause: ShellNode, close: number): boolean =>
    clause.children.slice(0, close).some((child) => reading.text.slice(child.start, child.end) === "*");
  return {
    ...spanOf(node),
    kind: "case",
    value: spanOf(node.children[1] ?? node),
    branches: clauses.map((clause, index) => items(clause.children.slice(closes[index]), reading)),
    hasDefault: clauses.some((clause, index) => isDefault(clause, closes[index] ?? 0)),
    redirects: [],
  };
}

function functionDefinition(node: ShellNode, reading: Reading): Statement | undefined {
  const name = node.children.find((child) => child.kind === "word");
  const last = node.children.at(-1);
  const body = last && statementOf(last, reading);
  if (name === undefined || body === undefined) return undefined;
  return { ...spanOf(node), kind: "function", name: reading.text.slice(name.start, name.end), body };
}

/** `[ -f "a b" ]` as the words that it would be for a command called `[`. */
function splitTest(node: Span, text: string): readonly Span[] {
  const word = /(?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')+/g;
  const inside = text.slice(node.start, node.end);
  return Array.from(inside.matchAll(word), (match) => {
    const start = node.start + match.index;
    return { start, end: start + match[0].length };
  });
}
