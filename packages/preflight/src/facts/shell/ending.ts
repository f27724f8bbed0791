import { assertNever } from "#model/assert-never.js";
import type { Item, Statement } from "./syntax.js";

/**
 * How a statement ends, as far as its text tells: with status 0, with another status, by leaving the shell (`exit`), the
 * function (`return`) or the turn of a loop (`continue`, `break`), or nobody can know.
 */
export type Ending = "succeeds" | "fails" | "exits" | "leaves" | "returns-failure" | "returns" | "skips" | "unknown";

/** The script that the statements stand in. */
export interface EndingScope {
  readonly text: string;
  readonly functions: ReadonlyMap<string, { readonly body: Statement; readonly text: string }>;
  /** What is found stays found: functions that call each other twice would cost powers of two. */
  readonly memo: Map<Statement, Ending>;
}

/** How a statement ends when it is reached after a failure. */
export function endingOf(statement: Statement, scope: EndingScope, depth = 0): Ending {
  const known = scope.memo.get(statement);
  if (known !== undefined || depth > maximumDepth) return known ?? "unknown";
  scope.memo.set(statement, "unknown");
  const ending = findEnding(statement, scope, depth);
  scope.memo.set(statement, ending);
  return ending;
}

function findEnding(statement: Statement, scope: EndingScope, depth: number): Ending {
  const inner = (each: Statement): Ending => endingOf(each, scope, depth + 1);
  switch (statement.kind) {
    case "simple":
      return simpleEnding(statement, scope, depth);
    case "chain":
      return statement.rest.reduce<Ending>(
        (left, { operator, statement: right }) => chainEnding(left, operator, inner(right)),
        inner(statement.first),
      );
    case "pipeline": {
      const last = statement.stages.at(-1);
      const ending = last === undefined ? "unknown" : insideSubshell(inner(last), statement.stages.length > 1);
      if (!statement.isNegated) return ending;
      return ending === "succeeds" ? "fails" : ending === "fails" ? "succeeds" : ending;
    }
    case "group":
      return endingOfItems(statement.body, scope, depth + 1);
    case "subshell":
      return insideSubshell(endingOfItems(statement.body, scope, depth + 1), true);
    case "if": {
      const bodies = statement.branches.map((branch) => endingOfItems(branch.body, scope, depth + 1));
      bodies.push(statement.otherwise ? endingOfItems(statement.otherwise, scope, depth + 1) : "succeeds");
      return agreed(bodies);
    }
    case "case": {
      const bodies = statement.branches.map((body) => endingOfItems(body, scope, depth + 1));
      return agreed(statement.hasDefault ? bodies : [...bodies, "succeeds"]);
    }
    case "loop":
      return endingOfItems(statement.body, scope, depth + 1) === "succeeds" ? "succeeds" : "unknown";
    case "function":
      return "succeeds";
    default:
      return assertNever(statement);
  }
}

/** How a list of statements ends. */
export function endingOfItems(items: readonly Item[], scope: EndingScope, depth = 0): Ending {
  let ending: Ending = "succeeds";
  for (const { statement, separator } of items) {
    const before = ending;
    ending = separator === "&" ? "succeeds" : endingOf(statement, scope, depth);
    if (ending === "exits" && before === "succeeds" && isBareExit(statement) && statement !== items[0]?.statement)
      return "leaves";
    if (isDeparture(ending)) return ending;
  }
  return ending;
}

/** True when the statement only prints or does nothing. */
export function onlyPrints(items: readonly Item[], scope: EndingScope): boolean {
  return items.every(({ statement }) => {
    if (statement.kind !== "simple" || statement.redirects.some((redirect) => !redirect.operator.includes("&")))
      return false;
    const [name] = wordTexts(statement, scope.text);
    return name !== undefined && printers.has(name);
  });
}

const maximumDepth = 40;
const printers: ReadonlySet<string> = new Set(["echo", "printf", "true", ":"]);
const alwaysSucceed: ReadonlySet<string> = new Set([
  ...printers,
  "export",
  "unset",
  "set",
  "shift",
  "sleep",
  "declare",
]);

function simpleEnding(statement: Statement & { kind: "simple" }, scope: EndingScope, depth: number): Ending {
  const [name, argument] = wordTexts(statement, scope.text);
  if (name === undefined)
    return statement.assignments.length > 0 && !hasSubstitution(statement, scope) ? "succeeds" : "unknown";
  if (alwaysSucceed.has(name)) return "succeeds";
  switch (name) {
    case "false":
      return "fails";
    case "exit":
      return argument === "0" ? "leaves" : "exits";
    case "return":
      return argument === "0" ? "returns" : "returns-failure";
    case "continue":
    case "break":
      return "skips";
  }
  const called = scope.functions.get(name);
  if (called === undefined) return "unknown";
  const ending = endingOf(called.body, { ...scope, text: called.text }, depth + 1);
  return ending === "returns" ? "succeeds" : ending === "returns-failure" ? "fails" : ending;
}

/** `exit` without a number ends with the status of what ran before. */
function isBareExit(statement: Statement): boolean {
  return statement.kind === "simple" && statement.words.length === 1;
}

function wordTexts(statement: Statement & { kind: "simple" }, text: string): readonly string[] {
  return statement.words.slice(0, 2).map((word) => text.slice(word.start, word.end));
}

function hasSubstitution(statement: Statement & { kind: "simple" }, scope: EndingScope): boolean {
  return /\$\(|`/.test(scope.text.slice(statement.start, statement.end));
}

function chainEnding(left: Ending, operator: "&&" | "||", right: Ending): Ending {
  if (isDeparture(left)) return left;
  const goesOn = operator === "&&" ? "succeeds" : "fails";
  if (left === goesOn) return right;
  if (left !== "unknown") return left;
  if (operator === "||") return right === "succeeds" ? "succeeds" : "unknown";
  return right === "fails" || right === "exits" || right === "returns-failure" ? "fails" : "unknown";
}

function insideSubshell(ending: Ending, isSubshell: boolean): Ending {
  if (!isSubshell) return ending;
  if (ending === "exits" || ending === "returns-failure") return "fails";
  return isDeparture(ending) ? "succeeds" : ending;
}

function agreed(endings: readonly Ending[]): Ending {
  const [first = "unknown"] = endings;
  return endings.every((ending) => ending === first) ? first : "unknown";
}

/** True when what follows does not run. */
export function isDeparture(ending: Ending): boolean {
  return !["succeeds", "fails", "unknown"].includes(ending);
}
