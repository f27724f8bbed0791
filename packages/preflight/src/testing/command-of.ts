import type { RunMount, RunStep, Stage } from "#facts/dockerfile/stage.js";
import type { RunFacts } from "#facts/image/image-facts.js";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { mappedFile } from "#model/mapped-text.js";

/** A word; one with `$` in it is not known. */
export function wordOf(text: string, line = 1): ShellWord {
  return { text, isKnown: !text.includes("$"), raw: text, line };
}

/** A command of words that are split at blanks: no quotes, no expansion. It runs in `/app` on line 1. */
export function commandOf(text: string, more: Partial<ShellCommand> = {}): ShellCommand {
  const words = text.split(" ").map((word) => wordOf(word, more.location?.line));
  return {
    name: words[0]?.text.split("/").at(-1) ?? "",
    words,
    wrappers: [],
    assignments: [],
    redirects: [],
    input: undefined,
    isInputExpanded: false,
    pipedFrom: undefined,
    workdir: "/app",
    environment: new Map(),
    fate: { kind: "stops" },
    isConditional: false,
    isInLoop: false,
    isBackground: false,
    location: { path: "Dockerfile", line: 1 },
    via: [],
    ...more,
  };
}

/** A RUN step of these commands, in a stage of its own. */
export function runOf(
  commands: readonly (string | ShellCommand)[],
  more: { readonly stageIndex?: number; readonly isInFinalImage?: boolean; readonly mounts?: readonly RunMount[] } = {},
): RunFacts {
  const { stageIndex = 0, isInFinalImage = true, mounts = [] } = more;
  const moment = {
    environment: new Map<string, string>(),
    buildArguments: new Set<string>(),
    workdir: "/app",
    user: "root",
    shell: ["/bin/sh", "-c"],
  };
  const instruction = {
    keyword: "RUN",
    flags: [],
    arguments: mappedFile("Dockerfile", ""),
    exec: undefined,
    heredocs: [],
    isOnbuild: false,
    line: 1,
    endLine: 1,
  } as const;
  const step: RunStep = {
    ...moment,
    kind: "run",
    instruction,
    stageIndex,
    script: instruction.arguments,
    interpreter: undefined,
    exec: undefined,
    mounts,
  };
  const stage: Stage = {
    index: stageIndex,
    name: undefined,
    base: { kind: "scratch" },
    platform: undefined,
    from: { ...instruction, keyword: "FROM" },
    steps: [step],
    end: moment,
  };
  const script = {
    commands: commands.map((each) => (typeof each === "string" ? commandOf(each) : each)),
    writes: [],
    embedded: [],
    unknownScripts: [],
    syntaxError: undefined,
  };
  return { step, stage, isInFinalImage, script };
}
