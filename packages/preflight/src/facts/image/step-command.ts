import type { StepMoment } from "#facts/dockerfile/stage.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { MappedText } from "#model/mapped-text.js";

/**
 * An instruction that runs without a shell, told as a command: what it does stands beside what shells do.
 * @param words the program and its arguments, as they are.
 * @param input what it reads.
 */
export function stepCommand(
  step: StepMoment,
  words: readonly string[],
  location: ShellCommand["location"],
  input?: MappedText,
): ShellCommand {
  return {
    name: words[0]?.replace(/^.*\//su, "") ?? "",
    words: words.map((text) => ({ text, isKnown: true, raw: text, line: location.line })),
    wrappers: [],
    assignments: [],
    redirects: [],
    input,
    isInputExpanded: false,
    pipedFrom: undefined,
    workdir: step.workdir,
    environment: step.environment,
    fate: { kind: "stops" },
    isConditional: false,
    isInLoop: false,
    isBackground: false,
    location,
    via: [],
  };
}
