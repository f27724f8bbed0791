import type { MappedText } from "#model/mapped-text.js";
import { type Ending, type EndingScope, endingOf, isDeparture } from "./ending.js";
import type { FailureFate, ShellCommand } from "./script.js";
import type { Item, Statement } from "./syntax.js";

/** What a statement stands in, as far as it matters for its failure. */
export interface Context {
  /** Fate of a failure that is passed on as a status. */
  readonly plain: FailureFate;
  /** Fate of the shell's own end with a failure, by `exit 1` or `set -e`. */
  readonly exit: FailureFate;
  /** Fate of `return 1`. */
  readonly onReturn: FailureFate;
  /** True in conditions and left of `&&` and `||`, where `set -e` does nothing (POSIX 2.8.1, `set -e`). */
  readonly ignoresErrexit: boolean;
  readonly isConditional: boolean;
  readonly isInLoop: boolean;
  readonly isBackground: boolean;
  readonly pipedFrom: ShellCommand | undefined;
  /** The next statement looks at `PIPESTATUS`. */
  readonly isPipeStatusRead: boolean;
  /** Nested shells, functions and scripts. */
  readonly depth: number;
}

/** The two shell options that decide fates. */
export interface FailureOptions {
  readonly errexit: boolean;
  readonly pipefail: boolean;
}

/** The script stops. */
export const stops: FailureFate = { kind: "stops" };

/** It decides a branch. */
export const tested: FailureFate = { kind: "tested" };

/** Where a script starts: its failure is its caller's to know. */
export function startContext(fate: FailureFate, depth: number): Context {
  return {
    plain: fate,
    exit: fate,
    onReturn: fate,
    ignoresErrexit: false,
    isConditional: false,
    isInLoop: false,
    isBackground: false,
    pipedFrom: undefined,
    isPipeStatusRead: false,
    depth,
  };
}

/** Fate of a simple command, subshell or pipeline. */
export function commandFate(context: Context, options: FailureOptions): FailureFate {
  return options.errexit && !context.ignoresErrexit ? context.exit : context.plain;
}

/** What stands in a shell of its own ends with that shell. */
export function subshell(context: Context, fate: FailureFate): Context {
  return { ...context, plain: fate, exit: fate, onReturn: fate, isPipeStatusRead: false };
}

/** A condition. */
export function condition(context: Context): Context {
  return { ...context, plain: tested, ignoresErrexit: true };
}

/** The contexts of a list's statements, of which only the last one's status counts. */
export function itemContexts(
  items: readonly Item[],
  context: Context,
  options: () => FailureOptions,
  source: MappedText,
  scope: EndingScope,
): (index: number) => Context {
  const endings = items.map(({ statement, separator }) =>
    separator === "&" ? "succeeds" : endingOf(statement, scope),
  );
  for (let i = endings.length - 2; i >= 0; i--) {
    if (!isDeparture(endings[i] ?? "unknown")) endings[i] = endings[i + 1] ?? "unknown";
  }
  return (index) => {
    const item = items[index];
    const next = items[index + 1]?.statement;
    if (item?.separator === "&") {
      const rest = source.text.slice(item.statement.end, items.at(-1)?.statement.end);
      return {
        ...subshell(context, waited.test(rest) ? tested : swallowed("&", item.statement, source)),
        isBackground: true,
      };
    }
    if (item === undefined || next === undefined) return context;
    const text = source.text.slice(next.start, Math.min(next.end, next.start + 2000));
    const isPipeStatusRead = text.includes("PIPESTATUS");
    const plain = lostStatus(item, next, endings[index + 1] ?? "unknown");
    return { ...context, plain, isPipeStatusRead };

    function lostStatus(lost: Item, following: Statement, ending: Ending): FailureFate {
      if (/^exit(\s+"?\$\??"?)?$/.test(text)) return context.exit;
      if (/^return(\s+"?\$\??"?)?$/.test(text)) return context.onReturn;
      if (/\$\?|\$\{\?\}/.test(text)) return tested;
      if (ending === "exits") return context.exit;
      if (ending === "fails") return commandFate(context, options());
      const separator = lost.separator === "newline" ? "newline" : ";";
      const by = /^(exit 0|true|:)$/.test(text) ? `${separator === ";" ? ";" : "newline,"} ${text}` : separator;
      return swallowed(by, following, source);
    }
  };
}

/** The contexts of the statements of `a && b || c`, all but the last of which `set -e` does not see. */
export function chainContexts(
  chain: Statement & { kind: "chain" },
  context: Context,
  options: FailureOptions,
  source: MappedText,
  scope: EndingScope,
): readonly Context[] {
  const statements = [chain.first, ...chain.rest.map((link) => link.statement)];
  const lost = options.errexit && !context.ignoresErrexit && context.plain.kind === "swallowed";
  const end = lost ? swallowed("&& under set -e", chain, source) : context.plain;
  const fates: FailureFate[] = [];
  for (let i = statements.length - 2; i >= 0; i--) {
    const link = chain.rest[i];
    const isLast = i === statements.length - 2;
    const after = isLast ? end : (fates[i + 1] ?? end);
    if (link?.operator !== "||") fates[i] = after;
    else fates[i] = caught(link.statement, isLast ? commandFate(context, options) : after);
  }
  const contexts: Context[] = [];
  let isConditional = context.isConditional;
  for (const [index, statement] of statements.entries()) {
    const operator = chain.rest[index - 1]?.operator;
    const isAfterTest = operator === "&&" && isTest(statements[index - 1] ?? statement, scope.text);
    if (operator === "||" || isAfterTest) isConditional = true;
    else if (chain.rest[index - 2]?.operator === "||") isConditional = context.isConditional;
    const plain = fates[index];
    contexts.push(plain ? { ...context, plain, ignoresErrexit: true, isConditional } : { ...context, isConditional });
  }
  return contexts;

  function caught(catcher: Statement, failing: FailureFate): FailureFate {
    switch (endingOf(catcher, scope)) {
      case "exits":
        return context.exit;
      case "returns-failure":
        return context.onReturn;
      case "fails":
        return failing;
      case "unknown":
        return tested;
      default:
        return swallowed(`|| ${summary(catcher, scope.text)}`, catcher, source);
    }
  }
}

/** Contexts of a pipeline's stages: only the last one's status counts, unless `pipefail` is set. */
export function stageContext(
  stage: Statement,
  isLast: boolean,
  context: Context,
  options: FailureOptions,
  source: MappedText,
): Context {
  const fate = commandFate(context, options);
  if (isLast || options.pipefail) return subshell(context, fate);
  return subshell(context, context.isPipeStatusRead ? tested : swallowed("pipe without pipefail", stage, source));
}

/** A loop goes on to its next turn whatever the last one's status was. */
export function loopBody(context: Context, body: Statement, source: MappedText): Context {
  return { ...context, plain: swallowed("loop", body, source), isInLoop: true };
}

/** Nobody learns of the failure. */
export function swallowed(by: string, at: { readonly start: number }, source: MappedText): FailureFate {
  return { kind: "swallowed", by, line: source.lineAt(at.start) };
}

/** True for `[ … ]`, `command -v x` and other commands whose only purpose is their status. */
function isTest(statement: Statement, text: string): boolean {
  if (statement.kind === "pipeline")
    return statement.isNegated || statement.stages.some((stage) => isTest(stage, text));
  if (statement.kind !== "simple") return false;
  return testCommand.test(text.slice(statement.start, statement.end));
}

const waited = /\bwait\s+(?:-|["$%])/;
const testCommand = /^(?:\[|\(\(|(?:test|command\s+-[vV]|which|type|hash|grep|pgrep)\s)/;

/** Never more than the command's name: arguments may hold secrets. */
function summary(statement: Statement, text: string): string {
  if (statement.kind === "group") return "{ … }";
  if (statement.kind === "subshell") return "( … )";
  if (statement.kind !== "simple") return "…";
  const [name, argument] = statement.words.map((word) => text.slice(word.start, word.end));
  if (name === undefined) return "…";
  if (argument === undefined) return name;
  return statement.words.length === 2 && /^[0-9]{1,3}$/.test(argument) ? `${name} ${argument}` : `${name} …`;
}
