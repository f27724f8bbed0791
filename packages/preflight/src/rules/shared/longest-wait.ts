import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { textOf, type PythonCall, type PythonModule, type SyntaxNode } from "#facts/python/module.js";
import { childByField } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";
import type { Location } from "#model/location.js";
import { functionsNamed, type JobFunction } from "./job-functions.js";
import { processCallsOf } from "./process-call.js";

/** A program that a job waits for, at most so long. */
export interface LimitedWait {
  readonly what: string;
  readonly seconds: number;
  /** How often one job waits for it. */
  readonly times: number;
  readonly location: Location;
}

/** The longest way through a job. */
export interface LongestWait {
  readonly seconds: number;
  readonly waits: readonly LimitedWait[];
}

/** Nodes inside each other, functions that call functions included. */
const maxDepth = 500;

/** What a function waits for at most, calls followed: of the branches of an `if` the longest, a loop once at least. */
export function longestWait(image: ImageFacts, from: Pick<JobFunction, "module" | "function">): LongestWait {
  const known = new Map<SyntaxNode, LongestWait>();
  return ofFunction(from, 0);

  function ofFunction({ module, function: { body } }: Pick<JobFunction, "module" | "function">, depth: number) {
    const before = known.get(body);
    if (before !== undefined) return before;
    // A function that calls itself ends here.
    known.set(body, none);
    const wait = ofNode(body, module, depth + 1);
    known.set(body, wait);
    return wait;
  }

  function ofNode(node: SyntaxNode, module: ImageModule, depth: number): LongestWait {
    if (depth > maxDepth || definitions.has(node.kind)) return none;
    const parts = () => node.children.map((child) => ofNode(child, module, depth + 1));
    switch (node.kind) {
      case "if_statement":
      case "match_statement":
        return branches(
          node.children,
          node.children.map((child) => ofNode(child, module, depth + 1)),
        );
      case "try_statement":
        return branches(node.children, parts());
      case "for_statement":
        return times(sum(parts()), repeats(node, module));
      case "call":
        return sum([...parts(), ownWait(node, module), called(node, module, depth)]);
      default:
        return sum(parts());
    }
  }

  function called(node: SyntaxNode, module: ImageModule, depth: number): LongestWait {
    const callee = childByField(node, "function");
    const name = callee?.kind === "identifier" ? callee : callee && childByField(callee, "attribute");
    const [only, ...others] = name === undefined ? [] : functionsNamed(image, textOf(module.module, name));
    return only === undefined || others.length > 0 ? none : ofFunction(only, depth);
  }
}

const none: LongestWait = { seconds: 0, waits: [] };

const definitions: ReadonlySet<string> = new Set(["function_definition", "class_definition", "lambda"]);

/** What excludes each other: the branches of an `if` and the excepts of a `try`; the rest comes on top. */
const alternatives: ReadonlySet<string> = new Set(["elif_clause", "else_clause", "except_clause", "case_clause"]);

function branches(nodes: readonly SyntaxNode[], waits: readonly LongestWait[]): LongestWait {
  const isChoice = (node: SyntaxNode) => alternatives.has(node.kind) || node.field === "consequence";
  const choices = waits.filter((_, at) => isChoice(nodes[at] as SyntaxNode));
  const always = waits.filter((_, at) => !isChoice(nodes[at] as SyntaxNode));
  const longest = choices.reduce((best, wait) => (wait.seconds > best.seconds ? wait : best), none);
  return sum([...always, longest]);
}

function sum(parts: readonly LongestWait[]): LongestWait {
  const waits = new Map<string, LimitedWait>();
  for (const wait of parts.flatMap((part) => part.waits)) {
    const key = `${wait.location.path}:${wait.location.line}`;
    waits.set(key, { ...wait, times: wait.times + (waits.get(key)?.times ?? 0) });
  }
  return { seconds: parts.reduce((total, part) => total + part.seconds, 0), waits: [...waits.values()] };
}

function times({ seconds, waits }: LongestWait, count: number): LongestWait {
  return { seconds: seconds * count, waits: waits.map((wait) => ({ ...wait, times: wait.times * count })) };
}

/** A loop over a written list runs once for each item; of others, once is all that is sure. */
function repeats(loop: SyntaxNode, { module }: ImageModule): number {
  const over = childByField(loop, "right");
  const value = over && valueOf(module, over);
  return value?.kind === "list" && value.items.length > 0 ? value.items.length : 1;
}

/** `subprocess.run(…, timeout=300)`, `process.wait(timeout=300)`, `process.communicate(timeout=300)`. */
function ownWait(node: SyntaxNode, module: ImageModule): LongestWait {
  const call = callAt(module.module, node);
  const limit = call?.arguments.find(({ name }) => name === "timeout")?.value;
  if (call === undefined || limit?.kind !== "number" || limit.number <= 0 || !isWait(call)) return none;
  const process = processCallsOf(module.module).find((each) => each.call === call);
  const script = process?.words.find(({ text }) => text.endsWith(".py")) ?? process?.words[0];
  const what = script?.isKnown === true ? (script.text.split("/").at(-1) ?? "A program") : "A program";
  const location = { path: module.module.source.path, line: node.line };
  return { seconds: limit.number, waits: [{ what, seconds: limit.number, times: 1, location }] };
}

function callAt(module: PythonModule, node: SyntaxNode): PythonCall | undefined {
  const known = callsByModule.get(module) ?? new Map(module.calls.map((call) => [call.node, call]));
  callsByModule.set(module, known);
  return known.get(node);
}

const callsByModule = new WeakMap<PythonModule, ReadonlyMap<SyntaxNode, PythonCall>>();

function isWait({ callee }: PythonCall): boolean {
  return /^subprocess\.(?:run|call|check_call|check_output)$|\.(?:wait|communicate)$/.test(callee);
}
