import { baseName } from "./wrappers.js";
import type { ShellFunction } from "./frame.js";
import type { ShellScope } from "./script.js";
import { type Variables, createVariables } from "./variables.js";

/** What a running shell carries from one command to the next. */
export interface ShellState {
  readonly variables: Variables;
  readonly functions: Map<string, ShellFunction>;
  workdir: string | undefined;
  previousWorkdir: string | undefined;
  readonly folders: (string | undefined)[];
  errexit: boolean;
  pipefail: boolean;
  positional: readonly string[] | undefined;
  scriptPath: string | undefined;
  /** bash drops `set -e` in `$(…)`; dash and the other plain shells keep it. */
  readonly isBash: boolean;
}

/** The state in which a shell starts; undefined when the program is no POSIX shell. */
export function startState(scope: ShellScope): ShellState | undefined {
  const at = scope.shell.findLastIndex((word) => isShellName(baseName(word)));
  const shell = scope.shell[at];
  if (shell === undefined) return undefined;
  const state: ShellState = {
    variables: createVariables(scope.environment),
    functions: new Map(),
    workdir: scope.workdir,
    previousWorkdir: undefined,
    folders: [],
    errexit: false,
    pipefail: false,
    positional: undefined,
    scriptPath: undefined,
    isBash: baseName(shell) === "bash",
  };
  applyOptions(state, scope.shell.slice(at + 1));
  return state;
}

/** A shell of the same script: what it changes is lost when it ends. */
export function forkState(state: ShellState): ShellState {
  return {
    ...state,
    variables: state.variables.fork(),
    functions: new Map(state.functions),
    folders: [...state.folders],
  };
}

/** Forgets what differs from a course of events that may have happened as well. */
export function joinState(state: ShellState, other: ShellState): void {
  state.variables.join(other.variables);
  if (state.workdir !== other.workdir) state.workdir = undefined;
  state.errexit &&= other.errexit;
  state.pipefail &&= other.pipefail;
  for (const [name, body] of other.functions) if (!state.functions.has(name)) state.functions.set(name, body);
}

/**
 * Reads `-e`, `-euo pipefail`, `+e` as `set` and a shell's command line have them.
 * @returns the index of the first word that is no option, and whether `c` was among them.
 */
export function applyOptions(
  state: { errexit: boolean; pipefail: boolean },
  words: readonly string[],
): { readonly end: number; readonly hasCommand: boolean; readonly readsInput: boolean } {
  let hasCommand = false;
  let readsInput = false;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return { end: at + 1, hasCommand, readsInput };
    if (word.startsWith("--")) continue;
    if (!/^[-+][A-Za-z]+$/.test(word)) break;
    const isOn = word.startsWith("-");
    if (word.includes("e")) state.errexit = isOn;
    if (word.includes("c")) hasCommand = true;
    if (word.includes("s")) readsInput = true;
    if (!/[oO]/.test(word)) continue;
    const option = words[++at];
    if (option === "pipefail") state.pipefail = isOn;
    if (option === "errexit") state.errexit = isOn;
  }
  return { end: at, hasCommand, readsInput };
}

/** True for the shells whose language this reads. */
export function isShellName(name: string): boolean {
  return shellNames.has(name);
}

const shellNames: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "ksh", "zsh"]);
