import { assertNever } from "#model/assert-never.js";
import { readCopy } from "./copy-step.js";
import type { Instruction } from "./dockerfile.js";
import type { UnresolvedUse } from "./expander.js";
import { expanderOf } from "./expander.js";
import { readRun } from "./run-step.js";
import { readCommand, readOther, readUser, readVolume, readWorkdir } from "./setting-step.js";
import type { StageState } from "./stage-state.js";
import { expansionScope, withScope } from "./stage-state.js";
import type { Stage, Step, StepMoment } from "./stage.js";
import type { ArgumentSources } from "./variable-step.js";
import { readArg, readEnv } from "./variable-step.js";

/** What a step is read with, besides the state before it. */
export interface Surroundings {
  /** Those before this one. */
  readonly stages: readonly Stage[];
  readonly stageIndex: number;
  readonly sources: ArgumentSources;
  readonly uses: UnresolvedUse[];
}

/** A step, undefined where its arguments make none, and what holds after it. */
export interface StepRead {
  readonly step: Step | undefined;
  readonly state: StageState;
}

/** Reads one instruction of a stage. */
export function readStep(instruction: Instruction, state: StageState, around: Surroundings): StepRead {
  const moment: StepMoment = { instruction, stageIndex: around.stageIndex, ...state.scope };
  const expandWord = expanderOf(instruction, expansionScope(state), around.uses);
  switch (instruction.keyword) {
    case "ENV": {
      const { variables, state: next } = readEnv(instruction, state, expandWord);
      return { step: { ...moment, kind: "env", variables }, state: next };
    }
    case "ARG": {
      const { variables, state: next } = readArg(instruction, state, around.sources, around.uses);
      return { step: { ...moment, kind: "arg", variables }, state: next };
    }
    case "COPY":
    case "ADD":
      return { step: readCopy(moment, expandWord, around.stages), state };
    case "RUN":
      return { step: readRun(moment, expandWord), state };
    case "CMD":
      return { step: readCommand(moment, "cmd"), state };
    case "ENTRYPOINT":
      return { step: readCommand(moment, "entrypoint"), state };
    case "HEALTHCHECK":
      return { step: readCommand(moment, "healthcheck"), state };
    case "WORKDIR": {
      const step = readWorkdir(moment, expandWord);
      return { step, state: withScope(state, { workdir: step.values[0]?.text ?? moment.workdir }) };
    }
    case "USER": {
      const step = readUser(moment, expandWord);
      return { step, state: withScope(state, { user: step.values[0]?.text ?? moment.user }) };
    }
    case "VOLUME":
      return { step: readVolume(moment, expandWord), state };
    case "SHELL":
      return {
        step: readOther(moment, expandWord, state.escape),
        state: withScope(state, { shell: instruction.exec ?? moment.shell }),
      };
    case "EXPOSE":
    case "LABEL":
    case "MAINTAINER":
    case "STOPSIGNAL":
      return { step: readOther(moment, expandWord, state.escape), state };
    case "FROM":
    case "ONBUILD":
      return { step: undefined, state };
    default:
      return assertNever(instruction.keyword);
  }
}
