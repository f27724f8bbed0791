import { resolvePath } from "./parameter.js";
import type { ShellCommand } from "./script.js";
import { type ShellState, applyOptions } from "./state.js";

/** Changes the state as the shell's own commands do: folder, options, variables. */
export function runBuiltin(command: ShellCommand, state: ShellState): void {
  const operands = command.words.slice(1);
  const texts = operands.map((word) => word.text);
  switch (command.name) {
    case "cd":
    case "pushd": {
      const target = operands.find((word) => !/^-[LPe@]+$|^--$/.test(word.text));
      if (command.name === "pushd") state.folders.push(state.workdir);
      const before = state.workdir;
      if (target === undefined) state.workdir = state.variables.get("HOME");
      else if (target.text === "-") state.workdir = state.previousWorkdir;
      else state.workdir = target.isKnown ? resolvePath(target.text, state.workdir) : undefined;
      state.previousWorkdir = before;
      return;
    }
    case "popd":
      state.workdir = state.folders.pop();
      return;
    case "set": {
      const { end } = applyOptions(state, texts);
      const isPositional = texts[end - 1] === "--" || end < texts.length;
      if (isPositional) state.positional = operands.every((word) => word.isKnown) ? texts.slice(end) : undefined;
      return;
    }
    case "shift":
      state.positional = state.positional?.slice(Number(texts[0] ?? 1) || 0);
      return;
    case "export":
    case "declare":
    case "typeset":
    case "local":
    case "readonly":
      for (const word of operands) {
        const match = /^([A-Za-z_]\w*)=([^]*)$/.exec(word.text);
        if (match?.[1] !== undefined) state.variables.set(match[1], word.isKnown ? match[2] : undefined);
      }
      return;
    case "unset":
    case "read":
    case "mapfile":
    case "readarray":
      for (const text of texts) if (/^[A-Za-z_]\w*$/.test(text)) state.variables.set(text, undefined);
  }
}
