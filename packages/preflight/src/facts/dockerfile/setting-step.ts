import { posix } from "node:path";
import { mappedSlice } from "#model/mapped-text.js";
import type { Expander } from "./expander.js";
import type { CommandStep, Expanded, SettingStep, StepMoment } from "./stage.js";
import { blankWords } from "./words.js";
import { writtenVariables } from "./written-variables.js";

/** Reads CMD, ENTRYPOINT or HEALTHCHECK. Their text is left as written: the shell expands it. */
export function readCommand(moment: StepMoment, kind: CommandStep["kind"]): CommandStep {
  const { arguments: written, exec } = moment.instruction;
  if (exec !== undefined) return { ...moment, kind, exec, script: undefined };
  if (kind !== "healthcheck") return { ...moment, kind, exec, script: written };
  // HEALTHCHECK CMD command, or HEALTHCHECK NONE.
  const [, command] = blankWords(written.text);
  return { ...moment, kind, exec, script: command === undefined ? undefined : mappedSlice(written, command.start) };
}

/** Reads WORKDIR; a relative folder starts at the one before. */
export function readWorkdir(moment: StepMoment, expandWord: Expander): SettingStep {
  const { text, unresolved } = expandWhole(moment, expandWord);
  return { ...moment, kind: "workdir", values: [{ text: posix.resolve(moment.workdir, text), unresolved }] };
}

/** Reads USER. */
export function readUser(moment: StepMoment, expandWord: Expander): SettingStep {
  return { ...moment, kind: "user", values: [expandWhole(moment, expandWord)] };
}

/** Reads VOLUME: one folder a word. */
export function readVolume(moment: StepMoment, expandWord: Expander): SettingStep {
  const values = readWords(moment, expandWord).map((value) => ({ ...value, text: posix.resolve("/", value.text) }));
  return { ...moment, kind: "volume", values };
}

/** Reads EXPOSE, LABEL, MAINTAINER, SHELL or STOPSIGNAL. */
export function readOther(moment: StepMoment, expandWord: Expander, escape: string): SettingStep {
  const { instruction } = moment;
  const values =
    instruction.keyword === "LABEL"
      ? writtenVariables(instruction, escape).map(({ name, written, line }) =>
          expandWord(`${name}=${written ?? ""}`, line),
        )
      : readWords(moment, expandWord);
  return { ...moment, kind: "other", values };
}

function expandWhole({ instruction }: StepMoment, expandWord: Expander): Expanded {
  return expandWord(instruction.arguments.text, instruction.arguments.lineAt(0));
}

function readWords({ instruction }: StepMoment, expandWord: Expander): readonly Expanded[] {
  const { arguments: written, exec } = instruction;
  if (exec !== undefined) return exec.map((word) => expandWord(word, instruction.line));
  return blankWords(written.text).map((word) => expandWord(word.text, written.lineAt(word.start)));
}
