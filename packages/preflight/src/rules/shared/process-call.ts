import { textOf, type PythonCall, type PythonModule, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction } from "#facts/python/scopes.js";
import { childByField, walk } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";

/** One word of a program that Python code starts. */
export interface ProcessWord {
  /** Unknown parts stand in braces: `{output_path}`, `{?}`. */
  readonly text: string;
  readonly isKnown: boolean;
  readonly node: SyntaxNode;
}

/** A program that Python code starts, with its words as far as the file tells them. */
export interface ProcessCall {
  readonly call: PythonCall;
  readonly words: readonly ProcessWord[];
  /** True when words are added that nobody can know: a missing one proves nothing. */
  readonly isOpen: boolean;
}

/** Every program that a module starts: subprocess, os.system, asyncio. */
export function processCallsOf(module: PythonModule): readonly ProcessCall[] {
  const known = callsByModule.get(module);
  if (known !== undefined) return known;
  const found = module.calls
    .filter(({ callee }) => starters.test(callee))
    .map((call) => ({ call, ...wordsOf(module, call) }));
  callsByModule.set(module, found);
  return found;
}

/** Value of an argument of the call that starts it, such as `timeout`. */
export function startOption(process: ProcessCall, name: string): PythonCall["arguments"][number] | undefined {
  return process.call.arguments.find((argument) => argument.name === name);
}

const callsByModule = new WeakMap<PythonModule, readonly ProcessCall[]>();

const starters =
  /^(?:subprocess\.(?:run|Popen|call|check_call|check_output)|os\.(?:system|popen)|asyncio\.create_subprocess_(?:exec|shell))$/;

type Words = Pick<ProcessCall, "words" | "isOpen">;

const unknownWords: Words = { words: [], isOpen: true };

/** Lists of lists behind one start, and words of one: hostile code could otherwise write out a billion words. */
const maxLists = 50;
const maxWords = 500;

/** What is left to follow for one start. */
interface Budget {
  lists: number;
}

function wordsOf(module: PythonModule, call: PythonCall): Words {
  const given = call.arguments.filter(({ name }) => name === undefined || name === "args" || name === "*");
  const budget = { lists: maxLists };
  if (call.callee === "asyncio.create_subprocess_exec")
    return joined(given.map(({ node }) => item(module, node, budget)));
  const [first] = given;
  return first === undefined ? unknownWords : listWords(module, first.node, budget);
}

/** Words of an expression that is a whole command: a list, lists added up, a string, or a name for one. */
function listWords(module: PythonModule, node: SyntaxNode, budget: Budget): Words {
  if (budget.lists-- <= 0) return unknownWords;
  switch (node.kind) {
    case "list":
    case "tuple":
      return joined(node.children.map((child) => item(module, child, budget)));
    case "parenthesized_expression":
      return node.children[0] === undefined ? unknownWords : listWords(module, node.children[0], budget);
    case "binary_operator":
      return joined(node.children.map((child) => listWords(module, child, budget)));
    case "identifier":
      return builtWords(module, node, budget);
    default:
      return textWords(module, node);
  }
}

/** One item of a list: a word, or `*more`. */
function item(module: PythonModule, node: SyntaxNode, budget: Budget): Words {
  const [starred] = node.children;
  if (node.kind === "list_splat") return starred === undefined ? unknownWords : listWords(module, starred, budget);
  return { words: [wordOf(module, node)], isOpen: false };
}

function wordOf(module: PythonModule, node: SyntaxNode): ProcessWord {
  const value = valueOf(module, node);
  if (value.kind === "text") return { text: value.text, isKnown: value.isKnown, node };
  if (value.kind === "number") return { text: String(value.number), isKnown: true, node };
  if (value.kind === "other" && value.written === "sys.executable") return { text: "python", isKnown: true, node };
  const written = textOf(module, node);
  return { text: `{${/^[\w.]{1,80}$/.test(written) ? written : "?"}}`, isKnown: false, node };
}

/** A command line in one string: quotes are taken off, nothing else is done to it. */
function textWords(module: PythonModule, node: SyntaxNode): Words {
  const value = valueOf(module, node);
  if (value.kind !== "text") return unknownWords;
  const words = [...value.text.matchAll(/"([^"]*)"|'([^']*)'|[^\s"']+/g)].map(
    ([whole, double, single]): ProcessWord => {
      const text = double ?? single ?? whole;
      return { text, isKnown: value.isKnown || !text.includes("{"), node };
    },
  );
  return { words, isOpen: !value.isKnown };
}

/** A name: its last assignment before the use, and what the same function then adds to it. */
function builtWords(module: PythonModule, name: SyntaxNode, budget: Budget): Words {
  const scope = enclosingFunction(name) ?? module.tree;
  if (scope === undefined) return unknownWords;
  const changes = (changesOf(module, scope).get(textOf(module, name)) ?? []).filter(({ start }) => start < name.start);
  const first = changes.findLastIndex(({ kind }) => kind === "assignment");
  if (changes.length === 0) return scope === module.tree ? unknownWords : moduleWords(module, name, budget);
  const parts = first === -1 ? [unknownWords] : [];
  for (const node of changes.slice(Math.max(first, 0))) {
    const value = childByField(node, "right");
    parts.push(value === undefined ? addedWords(module, node, budget) : listWords(module, value, budget));
    if (budget.lists <= 0) return unknownWords;
  }
  return joined(parts);
}

/** What sets a name of a function or adds to it, in the order of the text. */
function changesOf(module: PythonModule, scope: SyntaxNode): ReadonlyMap<string, readonly SyntaxNode[]> {
  const known = changesByScope.get(scope);
  if (known !== undefined) return known;
  const changes = new Map<string, SyntaxNode[]>();
  for (const node of walk(scope)) {
    const name = changedName(module, node);
    if (name !== undefined) changes.set(name, [...(changes.get(name) ?? []), node].slice(-maxWords));
  }
  changesByScope.set(scope, changes);
  return changes;
}

const changesByScope = new WeakMap<SyntaxNode, ReadonlyMap<string, readonly SyntaxNode[]>>();

/** The name in `name = …`, `name += …`, `name.append(…)`, `name.extend(…)` and `name.insert(…)`. */
function changedName(module: PythonModule, node: SyntaxNode): string | undefined {
  if (node.kind === "assignment" || node.kind === "augmented_assignment") {
    const left = childByField(node, "left");
    return left?.kind === "identifier" && childByField(node, "right") !== undefined ? textOf(module, left) : undefined;
  }
  const callee = node.kind === "call" ? childByField(node, "function") : undefined;
  const [object, method] = callee?.kind === "attribute" ? callee.children : [];
  if (object?.kind !== "identifier" || method === undefined) return undefined;
  return /^(?:append|extend|insert)$/.test(textOf(module, method)) ? textOf(module, object) : undefined;
}

function addedWords(module: PythonModule, node: SyntaxNode, budget: Budget): Words {
  const callee = childByField(node, "function");
  const method = callee && childByField(callee, "attribute");
  const [added] = childByField(node, "arguments")?.children ?? [];
  if (method === undefined || added === undefined) return unknownWords;
  switch (textOf(module, method)) {
    case "append":
      return item(module, added, budget);
    case "extend":
      return listWords(module, added, budget);
    default:
      return unknownWords;
  }
}

/** A list of the module itself. */
function moduleWords(module: PythonModule, name: SyntaxNode, budget: Budget): Words {
  const changes = module.tree === undefined ? undefined : changesOf(module, module.tree).get(textOf(module, name));
  const [only, ...others] = changes ?? [];
  const value = only?.parent?.parent === module.tree ? only && childByField(only, "right") : undefined;
  return value === undefined || others.length > 0 ? unknownWords : listWords(module, value, budget);
}

function joined(parts: readonly Words[]): Words {
  const words = parts.flatMap((part) => part.words);
  return { words: words.slice(0, maxWords), isOpen: words.length > maxWords || parts.some((part) => part.isOpen) };
}
