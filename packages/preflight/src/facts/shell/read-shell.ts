import type { MappedText } from "#model/mapped-text.js";
import { startContext, stops } from "./fate.js";
import { parseFrame } from "./frame.js";
import type { ShellScope, ShellScript } from "./script.js";
import { startState } from "./state.js";
import { type Findings, walkItems, walkUncalled } from "./walk.js";

/**
 * Takes a shell script apart without running it. `loadShellGrammar` must have been awaited.
 * @throws Error when the grammar is not loaded.
 */
export function readShell(source: MappedText, scope: ShellScope): ShellScript {
  const found: Findings = {
    commands: [],
    writes: [],
    embedded: [],
    unknownScripts: [],
    lookUpScript: scope.lookUpScript,
    following: new Set(),
    calledFunctions: new Set(),
    wordTexts: new WeakMap(),
    memo: new Map(),
    isCut: false,
  };
  const frame = parseFrame(source, scope.via);
  const state = startState(scope);
  const context = startContext(stops, 0);
  if (state) {
    walkItems(frame.items, context, state, frame, found);
    walkUncalled(state, context, found);
  }
  const { commands, writes, embedded, unknownScripts } = found;
  return { commands, writes, embedded, unknownScripts, syntaxError: syntaxErrorOf() };

  function syntaxErrorOf(): ShellScript["syntaxError"] {
    if (frame.error === undefined) {
      return found.isCut
        ? { message: "too long or too deeply nested to be read whole", line: source.lineAt(0) }
        : undefined;
    }
    const { offset, missing } = frame.error;
    const rest = source.text.slice(offset, offset + 60).split("\n", 1)[0] ?? "";
    const message = missing === undefined ? `no shell syntax from here: ${rest}` : `\`${missing}\` is missing`;
    return { message: message.slice(0, 80), line: source.lineAt(offset) };
  }
}
