import type { RunStep, Stage, StageWalk } from "#facts/dockerfile/stage.js";
import { readShell } from "#facts/shell/read-shell.js";
import type { ShellScript } from "#facts/shell/script.js";
import { mappedSlice, type MappedText } from "#model/mapped-text.js";
import type { RunFacts } from "./image-facts.js";
import { stepCommand } from "./step-command.js";

/**
 * Takes the script of every RUN apart, stages in order.
 * @param lineage stages that the final image is built on.
 * @param lookUpScript text of a script as a step finds it, by its absolute path.
 */
export function readRuns(
  walk: StageWalk,
  lineage: readonly Stage[],
  lookUpScript: (stage: Stage, path: string, step: RunStep) => MappedText | undefined,
): readonly RunFacts[] {
  return walk.stages.flatMap((stage) =>
    stage.steps
      .filter((step) => step.kind === "run")
      .map((step) => ({
        step,
        stage,
        isInFinalImage: lineage.includes(stage),
        script: readScript(step, (path) => lookUpScript(stage, path, step)),
      })),
  );
}

/** The words of an exec form as a script of one command; nothing in it is expanded, all of it is on the instruction's line. */
export function execScript(exec: readonly string[], path: string, line: number): MappedText {
  return { text: exec.map(quoted).join(" "), path, lineAt: () => line };
}

function readScript(step: RunStep, lookUpScript: (path: string) => MappedText | undefined): ShellScript {
  const { path } = step.instruction.arguments;
  const scope = { environment: step.environment, workdir: step.workdir, shell: step.shell, via: [], lookUpScript };
  if (step.exec !== undefined) return readShell(execScript(step.exec, path, step.instruction.line), scope);
  const source = step.script ?? mappedSlice(step.instruction.arguments, 0, 0);
  if (step.interpreter === undefined || isShell(step.interpreter)) return readShell(source, scope);
  return interpreted(step, step.interpreter, source);
}

/** A here-document for another interpreter than a shell: one command that reads it. */
function interpreted(step: RunStep, interpreter: string, code: MappedText): ShellScript {
  const { path } = step.instruction.arguments;
  const { line, endLine } = step.instruction;
  const words = interpreter.split(/\s+/u).filter((word) => word !== "/usr/bin/env" && word !== "");
  const command = stepCommand(step, words, { path, line, endLine }, code);
  const isPython = /^(?:python|pypy)[\d.]*$/u.test(command.name);
  return {
    commands: [command],
    writes: [],
    embedded: isPython ? [{ language: "python", code, from: "input", command }] : [],
    unknownScripts: [],
    syntaxError: undefined,
  };
}

function isShell(interpreter: string): boolean {
  return /(?:^|[/\s])(?:ba|da|a|z|k)?sh(?:\s|$)/u.test(interpreter);
}

/** One word for a shell, after which it is the same text again. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
