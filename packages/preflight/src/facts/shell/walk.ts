import { assertNever } from "#model/assert-never.js";
import type { Location } from "#model/location.js";
import { type MappedText, locate, mappedRewrite, mappedSlice } from "#model/mapped-text.js";
import { runBuiltin } from "./builtins.js";
import { type Ending, type EndingScope, endingOfItems, isDeparture, onlyPrints } from "./ending.js";
import {
  type Context,
  chainContexts,
  commandFate,
  condition,
  itemContexts,
  loopBody,
  stageContext,
  subshell,
  swallowed,
} from "./fate.js";
import { type Frame, parseFrame } from "./frame.js";
import { pythonCode } from "./python-code.js";
import type {
  EmbeddedCode,
  FailureFate,
  ShellCommand,
  ShellRedirect,
  ShellScope,
  ShellWord,
  ShellWrite,
} from "./script.js";
import { type ShellState, applyOptions, forkState, isShellName, joinState } from "./state.js";
import type { Item, RedirectSyntax, SimpleStatement, Span, Statement } from "./syntax.js";
import { resolvePath } from "./parameter.js";
import { type ExpandedWord, type Substitution, type WordScope, expandHereDocument, expandWord } from "./word.js";
import { baseName, removeWrappers } from "./wrappers.js";
import { outputOf, writesOf } from "./writes.js";

/** What a walk gathers. */
export interface Findings {
  readonly commands: ShellCommand[];
  readonly writes: ShellWrite[];
  readonly embedded: EmbeddedCode[];
  readonly unknownScripts: { readonly path: string; readonly location: Location }[];
  readonly lookUpScript: ShellScope["lookUpScript"];
  /** Scripts that are being followed: a script that runs itself is followed once. */
  readonly following: Set<string>;
  readonly calledFunctions: Set<Statement>;
  /** Where the words of a command stand, character by character. */
  readonly wordTexts: WeakMap<ShellWord, MappedText>;
  readonly memo: Map<Statement, Ending>;
  /** Set when a limit cut the walk. */
  isCut: boolean;
}

/** Nested shells, functions and scripts: real ones stay below 5. */
const maximumDepth = 8;

/** Functions that call each other twice would cost powers of two. */
const maximumCommands = 20_000;

/** Walks statements in the order in which they would run, and gathers their commands. */
export function walkItems(
  items: readonly Item[],
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  const contextOf = itemContexts(items, context, () => state, frame.source, endingScope(state, frame, found));
  for (const [index, { statement, separator }] of items.entries()) {
    walk(statement, contextOf(index), separator === "&" ? forkState(state) : state, frame, found);
  }
}

function walk(statement: Statement, context: Context, state: ShellState, frame: Frame, found: Findings): void {
  if (found.commands.length >= maximumCommands) {
    found.isCut = true;
    return;
  }
  const scope = endingScope(state, frame, found);
  switch (statement.kind) {
    case "simple":
      walkSimple(statement, context, state, frame, found);
      return;
    case "chain": {
      const contexts = chainContexts(statement, context, state, frame.source, scope);
      for (const [index, link] of [{ statement: statement.first }, ...statement.rest].entries()) {
        const own = contexts[index] ?? context;
        if (own.isConditional) walkBranch([link.statement], own, state, frame, found);
        else walk(link.statement, own, state, frame, found);
      }
      return;
    }
    case "pipeline":
      walkPipeline(statement, context, state, frame, found);
      return;
    case "group": {
      const first = found.commands.length;
      walkItems(statement.body, context, state, frame, found);
      walkRedirects(statement.redirects, first, state, frame, found);
      return;
    }
    case "subshell": {
      const first = found.commands.length;
      const inner = forkState(state);
      walkItems(statement.body, subshell(context, commandFate(context, state)), inner, frame, found);
      walkRedirects(statement.redirects, first, state, frame, found);
      return;
    }
    case "if": {
      const everyPart = [...statement.branches.map((branch) => branch.body), statement.otherwise ?? []];
      const isTold = everyPart.every((part) => onlyPrints(part, scope));
      const conditions = condition(context);
      const quiet = isTold
        ? { ...conditions, plain: swallowed("if that only prints", statement, frame.source) }
        : conditions;
      const branch = { ...context, isConditional: true };
      for (const [index, { condition: tests, body }] of statement.branches.entries()) {
        walkItems(tests, index === 0 ? quiet : { ...quiet, isConditional: true }, state, frame, found);
        walkBranch(body, branch, state, frame, found);
      }
      walkBranch(statement.otherwise ?? [], branch, state, frame, found);
      return;
    }
    case "case": {
      expand(statement.value, context, state, frame, found);
      for (const body of statement.branches) walkBranch(body, { ...context, isConditional: true }, state, frame, found);
      return;
    }
    case "loop": {
      for (const word of statement.words) expand(word, context, state, frame, found);
      if (statement.variable !== undefined) state.variables.set(statement.variable, undefined);
      const body = loopBody(context, statement, frame.source);
      walkItems(statement.condition, { ...condition(context), isInLoop: true }, state, frame, found);
      const first = found.commands.length;
      walkBranch(statement.body, body, state, frame, found);
      walkRedirects(statement.redirects, first, state, frame, found);
      return;
    }
    case "function":
      state.functions.set(statement.name, { body: statement.body, text: frame.source.text, frame });
      found.memo.clear();
      return;
    default:
      assertNever(statement);
  }
}

function endingScope(state: ShellState, frame: Frame, found: Findings): EndingScope {
  return { text: frame.source.text, functions: state.functions, memo: found.memo };
}

/** Walks what may not run: afterwards only what holds either way is known. */
function walkBranch(
  body: readonly (Item | Statement)[],
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  if (body.length === 0) return;
  const items = body.map((part) => ("statement" in part ? part : { statement: part, separator: "newline" as const }));
  const inner = forkState(state);
  walkItems(items, context, inner, frame, found);
  if (!isDeparture(endingOfItems(items, endingScope(state, frame, found)))) joinState(state, inner);
}

function walkPipeline(
  pipeline: Statement & { kind: "pipeline" },
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  const { stages, isNegated } = pipeline;
  const whole = isNegated ? condition(context) : context;
  if (stages.length === 1 && stages[0]) {
    walk(stages[0], whole, state, frame, found);
    return;
  }
  let pipedFrom: ShellCommand | undefined;
  for (const [index, stage] of stages.entries()) {
    const isLast = index === stages.length - 1;
    const own = stageContext(stage, isLast, whole, state, frame.source);
    walk(stage, { ...own, pipedFrom: pipedFrom ?? context.pipedFrom }, forkState(state), frame, found);
    pipedFrom = found.commands.at(-1);
  }
}

/** `{ … } > file`: the file holds what the commands print. */
function walkRedirects(
  redirects: readonly RedirectSyntax[],
  firstCommand: number,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  const command = found.commands.at(-1);
  if (command === undefined || found.commands.length === firstCommand) return;
  for (const redirect of redirects) {
    const target = expandWord(frame.source, redirect.target, wordScope(state)).words[0];
    if (target === undefined || !redirect.operator.includes(">") || redirect.operator.includes(">&")) continue;
    const path = target.isKnown ? resolvePath(target.text, command.workdir) : undefined;
    if (path?.startsWith("/dev/")) continue;
    found.writes.push({ path, content: undefined, isAppend: redirect.operator.includes(">>"), command });
  }
}

function walkSimple(
  statement: SimpleStatement,
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  const isAssignment = statement.words.length === 0;
  const inner = { ...context, pipedFrom: undefined };
  const nested = isAssignment
    ? inner
    : { ...inner, plain: swallowed("$( )", statement, frame.source), ignoresErrexit: true };
  const testing = isTestName(statement, frame) ? condition(inner) : nested;
  const assignments = statement.assignments.flatMap((span) => readAssignment(span, testing, state, frame, found));
  if (isAssignment)
    for (const { name, value } of assignments) state.variables.set(name, value.isKnown ? value.text : undefined);
  const written = statement.words.flatMap((span) => expand(span, testing, state, frame, found));
  const { words, wrappers, assignments: fromWrappers } = removeWrappers(written);
  const [program] = words;
  const redirects = readRedirects(statement.redirects, testing, state, frame, found);
  if (program === undefined && redirects.length === 0) return;
  const fate = wrappers.includes("exec") ? context.exit : commandFate(context, state);
  const environment = state.variables.fork();
  for (const { name, value } of assignments) environment.set(name, value.isKnown ? value.text : undefined);
  for (const word of fromWrappers) {
    const equals = word.text.indexOf("=");
    environment.set(word.text.slice(0, equals), word.isKnown ? word.text.slice(equals + 1) : undefined);
  }
  const body = bodyOf(statement, state, frame);
  const command: ShellCommand = {
    name: program?.isKnown === true ? baseName(program.text) : "",
    words,
    wrappers,
    assignments: isAssignment ? [] : assignments,
    redirects,
    input: body?.text,
    isInputExpanded: body?.isExpanded ?? false,
    pipedFrom: context.pipedFrom,
    workdir: state.workdir,
    environment: environment.snapshot(),
    fate,
    isConditional: context.isConditional,
    isInLoop: context.isInLoop,
    isBackground: context.isBackground,
    location: locate(frame.source, statement.start, statement.end),
    via: frame.via,
  };
  found.commands.push(command);
  const textOf = (word: ShellWord): MappedText | undefined => found.wordTexts.get(word);
  found.writes.push(...writesOf(command, textOf, state.isBash));
  const code = pythonCode(command, textOf, (piped, texts) => outputOf(piped, texts, state.isBash));
  if (code) found.embedded.push(code);
  runBuiltin(command, state);
  follow(command, words, fate, context, state, frame, found);
}

function isTestName(statement: SimpleStatement, frame: Frame): boolean {
  const [name] = statement.words;
  return name !== undefined && /^(?:\[|test$)/.test(frame.source.text.slice(name.start, name.end));
}

function wordScope(state: ShellState): WordScope {
  const { variables, workdir, positional, scriptPath } = state;
  return { get: variables.get, isUncertain: variables.isUncertain, workdir, positional, scriptPath };
}

/** A word's texts; the scripts inside it are walked first, as the shell does. */
function expand(
  span: Span,
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): readonly ExpandedWord[] {
  const { words, substitutions } = expandWord(frame.source, span, wordScope(state));
  for (const inside of substitutions) walkSubstitution(inside, context, state, frame, found);
  for (const word of words) found.wordTexts.set(word, word.mapped);
  return words;
}

function walkSubstitution(
  inside: Substitution,
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  const fate: FailureFate =
    inside.kind === "process" ? swallowed("<( )", inside, frame.source) : commandFate(context, state);
  const inner = forkState(state);
  if (state.isBash) inner.errexit = false;
  walkText(mappedSlice(frame.source, inside.start, inside.end), subshell(context, fate), inner, frame.via, found);
}

/** Parses and walks a text one level deeper. */
function walkText(
  source: MappedText,
  context: Context,
  state: ShellState,
  via: readonly Location[],
  found: Findings,
): void {
  if (context.depth >= maximumDepth || found.commands.length >= maximumCommands) {
    found.isCut = true;
    return;
  }
  const frame = parseFrame(source, via);
  walkItems(frame.items, { ...context, depth: context.depth + 1 }, state, frame, found);
}

function readAssignment(
  span: Span,
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): readonly { readonly name: string; readonly value: ShellWord }[] {
  const match = /^([A-Za-z_]\w*)(\+?=)/.exec(frame.source.text.slice(span.start, Math.min(span.end, span.start + 200)));
  if (match === null) return [];
  const [whole, name = "", operator] = match;
  const start = span.start + whole.length;
  const raw = frame.source.text.slice(start, span.end);
  const words = expand({ start, end: span.end }, context, state, frame, found);
  const before = operator === "+=" ? (state.variables.get(name) ?? "") : "";
  const isKnown =
    words.every((word) => word.isKnown) &&
    !raw.startsWith("(") &&
    !(operator === "+=" && state.variables.isUncertain(name));
  const text = before + words.map((word) => word.text).join(" ");
  return [{ name, value: { text, isKnown, raw, line: frame.source.lineAt(span.start) } }];
}

function readRedirects(
  redirects: readonly RedirectSyntax[],
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): readonly ShellRedirect[] {
  return redirects.flatMap(({ operator, descriptor, target, start }) => {
    if (frame.documents.has(start) || operator === "<<<") return [];
    const [word] = expand(target, context, state, frame, found);
    return word ? [{ operator, descriptor, target: word, line: frame.source.lineAt(start) }] : [];
  });
}

/** Text of the here-document or here-string. */
function bodyOf(
  statement: SimpleStatement,
  state: ShellState,
  frame: Frame,
): { readonly text: MappedText; readonly isExpanded: boolean } | undefined {
  const { source } = frame;
  for (const { operator, target, start } of statement.redirects.toReversed()) {
    const document = frame.documents.get(start);
    if (document) {
      const { bodyStart, bodyEnd, isExpanded, stripsTabs } = document;
      const span = { start: bodyStart, end: bodyEnd };
      const text = isExpanded
        ? expandHereDocument(source, span, wordScope(state))
        : mappedSlice(source, bodyStart, bodyEnd);
      return { text: stripsTabs ? withoutTabs(text) : text, isExpanded };
    }
    if (operator !== "<<<") continue;
    const words = expandWord(source, target, wordScope(state)).words;
    const text = `${words.map((word) => word.text).join(" ")}\n`;
    const line = words[0]?.mapped ?? mappedSlice(source, target.start, target.end);
    return {
      text:
        words.length === 1
          ? mappedRewrite(
              line,
              text,
              Array.from(text, (_, i) => i),
            )
          : line,
      isExpanded: true,
    };
  }
  return undefined;
}

function withoutTabs(source: MappedText): MappedText {
  let text = "";
  const offsets: number[] = [];
  let isLineStart = true;
  for (let i = 0; i < source.text.length; i++) {
    const character = source.text[i] ?? "";
    if (isLineStart && character === "\t") continue;
    text += character;
    offsets.push(i);
    isLineStart = character === "\n";
  }
  return mappedRewrite(source, text, offsets);
}

/** Goes into what the command runs: a function, `bash -c`, a script, `source`, `eval`, a trap. */
function follow(
  command: ShellCommand,
  words: readonly ExpandedWord[],
  fate: FailureFate,
  context: Context,
  state: ShellState,
  frame: Frame,
  found: Findings,
): void {
  const [program, ...given] = words;
  if (program?.isKnown !== true) return;
  const via = [...frame.via, command.location];
  const texts = given.map((word) => word.text);
  const called = { ...subshell(context, fate), pipedFrom: undefined };
  const ownShell = { ...called, ignoresErrexit: false };
  const defined = command.wrappers.length === 0 ? state.functions.get(program.text) : undefined;
  if (defined !== undefined) {
    if (context.depth >= maximumDepth) return;
    found.calledFunctions.add(defined.body);
    const outer = state.positional;
    state.positional = given.every((word) => word.isKnown) ? texts : undefined;
    const inside = { ...context, plain: fate, onReturn: fate, pipedFrom: undefined, depth: context.depth + 1 };
    walk(defined.body, inside, state, { ...defined.frame, via }, found);
    state.positional = outer;
    return;
  }
  switch (command.name) {
    case "eval": {
      const [code] = given;
      if (given.length === 1 && code?.isKnown === true) {
        walkText(code.mapped, { ...context, plain: fate }, state, frame.via, found);
      }
      return;
    }
    case "trap": {
      const [code] = given;
      const signals = texts.slice(1);
      if (code === undefined || signals.length === 0 || !code.isKnown || code.text.startsWith("-")) return;
      const isConditional = context.isConditional || !signals.includes("EXIT");
      const ignored = { ...subshell(context, swallowed("trap", { start: 0 }, code.mapped)), isConditional };
      walkText(code.mapped, ignored, forkState(state), frame.via, found);
      return;
    }
    case "source":
    case ".":
      followFile(program, given[0], texts.slice(1), { ...context, plain: fate, onReturn: fate }, state, via, found);
      return;
  }
  const inner = { ...forkState(state), errexit: false, pipefail: false, functions: new Map(), scriptPath: undefined };
  if (!isShellName(command.name)) {
    if (program.text.includes("/")) followFile(program, program, texts, ownShell, inner, via, found);
    return;
  }
  const own = { ...inner, isBash: command.name === "bash" };
  const { end, hasCommand, readsInput } = applyOptions(own, texts);
  const first = given[end];
  own.positional = given.slice(end + 1).every((word) => word.isKnown) ? texts.slice(end + 1) : undefined;
  if (hasCommand) {
    const values = own.positional?.slice(1);
    if (first) walkText(first.mapped, ownShell, { ...own, positional: values }, frame.via, found);
  } else if (first !== undefined && !readsInput && first.text !== "-") {
    followFile(program, first, texts.slice(end + 1), ownShell, own, via, found);
  } else {
    const input =
      command.input ??
      (command.pipedFrom && outputOf(command.pipedFrom, (word) => found.wordTexts.get(word), inner.isBash));
    if (input) walkText(input, ownShell, own, frame.via, found);
  }
}

function followFile(
  program: ExpandedWord,
  file: ExpandedWord | undefined,
  positional: readonly string[],
  context: Context,
  state: ShellState,
  via: readonly Location[],
  found: Findings,
): void {
  if (file?.isKnown !== true || context.depth >= maximumDepth) return;
  const path = resolvePath(file.text, state.workdir);
  if (path === undefined || found.following.has(path)) return;
  const text = found.lookUpScript(path);
  const isProgram = file === program;
  if (text === undefined) {
    const location = via.at(-1);
    if (location && (!isProgram || path.endsWith(".sh"))) found.unknownScripts.push({ path, location });
    return;
  }
  if (isProgram && !isShellScript(text.text, path)) return;
  const outer = { scriptPath: state.scriptPath, positional: state.positional };
  found.following.add(path);
  state.scriptPath = path;
  if (positional.length > 0 || program.text !== "source") state.positional = positional;
  const options = isProgram || isShellName(baseName(program.text)) ? shebangOptions(text.text) : [];
  if (isProgram) applyOptions(state, options);
  walkText(text, context, state, via, found);
  found.following.delete(path);
  Object.assign(state, outer);
}

function isShellScript(text: string, path: string): boolean {
  const first = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(text);
  if (first === null) return path.endsWith(".sh");
  const [, program = "", argument = ""] = first;
  return isShellName(baseName(baseName(program) === "env" ? argument : program));
}

/** Options of `#!/bin/bash -e`. */
function shebangOptions(text: string): readonly string[] {
  return /^#!\s*\S+\s+(-\S+)/.exec(text)?.slice(1) ?? [];
}

/** Walks functions that nobody called, as code that may run. */
export function walkUncalled(state: ShellState, context: Context, found: Findings): void {
  for (const { body, frame } of state.functions.values()) {
    if (found.calledFunctions.has(body)) continue;
    found.calledFunctions.add(body);
    walk(body, { ...context, isConditional: true, depth: context.depth + 1 }, forkState(state), frame, found);
  }
}
