import type { Dockerfile, Instruction } from "./dockerfile.js";
import type { Expander, UnresolvedUse } from "./expander.js";
import { expanderOf } from "./expander.js";
import { platformArguments } from "./platform-arguments.js";
import { readStep } from "./read-step.js";
import type { BaseState, StageState } from "./stage-state.js";
import { startState, expansionScope, withScope } from "./stage-state.js";
import type { Expanded, Stage, StageBase, StageWalk, Step, Variable } from "./stage.js";
import { readArg } from "./variable-step.js";
import { blankWords } from "./words.js";

/**
 * Words of ENV and ARG that are looked at; instructions with later ones are left out. Each makes a copy of all variables,
 * so that a hostile file of 100,000 of them would fill the memory.
 */
const maxVariableWords = 1000;

/** Stages that are walked; names are looked for among all before them. Honest files have fewer than 30. */
const maxStages = 500;

/**
 * Walks a Dockerfile from top to bottom and says what every instruction means where it stands.
 * @param buildArguments those given with `--build-arg`.
 * @param stateOfBase what is known of an image by its reference; default: nothing.
 */
export function walkStages(
  dockerfile: Dockerfile,
  buildArguments: ReadonlyMap<string, string>,
  stateOfBase: (reference: string) => BaseState | undefined = () => undefined,
): StageWalk {
  const uses: UnresolvedUse[] = [];
  const instructions = dropExcess(dockerfile.instructions.filter(({ isOnbuild }) => !isOnbuild));
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === "FROM" ? [index] : []));
  const preamble = instructions.slice(0, starts[0]).filter(({ keyword }) => keyword === "ARG");
  const outside = readGlobals(preamble, buildArguments, dockerfile.escape, uses);

  const stages: Stage[] = [];
  const states: StageState[] = [];
  for (const [index, start] of starts.slice(0, maxStages).entries()) {
    const [from, ...body] = instructions.slice(start, starts[index + 1]);
    if (from === undefined) continue;
    const head = readFrom(from, stages, expanderOf(from, expansionScope(outside.state), uses));
    const base = head.base.kind === "stage" ? states[head.base.index] : undefined;
    const known = head.base.kind === "image" ? stateOfBase(head.base.reference.text) : undefined;
    let state = base ?? startState(dockerfile.escape, known);
    const steps: Step[] = [];
    const sources = { buildArguments, globals: outside.state.scope.environment };
    for (const instruction of body) {
      const read = readStep(instruction, state, { stages, stageIndex: index, sources, uses });
      if (read.step !== undefined) steps.push(read.step);
      state = read.state;
    }
    stages.push({ ...head, index, from, steps, end: state.scope });
    states.push(state);
  }
  return { stages, globalArguments: outside.variables, unresolvedUses: uses };
}

/** ARG before the first FROM: seen by FROM, and by an ARG of the same name inside a stage. */
function readGlobals(
  preamble: readonly Instruction[],
  buildArguments: ReadonlyMap<string, string>,
  escape: string,
  uses: UnresolvedUse[],
): { readonly variables: readonly Variable[]; readonly state: StageState } {
  const given = { environment: platformArguments, buildArguments: new Set(platformArguments.keys()) };
  let state = withScope(startState(escape, undefined), given);
  const variables: Variable[] = [];
  for (const instruction of preamble) {
    const read = readArg(instruction, state, { buildArguments, globals: new Map() }, uses);
    variables.push(...read.variables);
    ({ state } = read);
  }
  return { variables, state };
}

/** Reads `FROM --platform=… image AS name`. */
function readFrom(
  from: Instruction,
  stages: readonly Stage[],
  expandWord: Expander,
): Pick<Stage, "name" | "base" | "platform"> {
  const [image, , name] = blankWords(from.arguments.text);
  const reference = expandWord(image?.text ?? "", from.line);
  const stage = stages.findLast((each) => each.name === reference.text.toLowerCase());
  return {
    name: name?.text.toLowerCase(),
    base: baseOf(reference, stage),
    platform: from.flags.find((flag) => flag.name === "platform")?.value,
  };
}

function baseOf(reference: Expanded, stage: Stage | undefined): StageBase {
  if (stage !== undefined) return { kind: "stage", index: stage.index };
  return reference.text === "scratch" ? { kind: "scratch" } : { kind: "image", reference };
}

function dropExcess(instructions: readonly Instruction[]): readonly Instruction[] {
  let count = 0;
  return instructions.filter(({ keyword, arguments: { text } }) => {
    if (keyword !== "ENV" && keyword !== "ARG") return true;
    count += blankWords(text).length;
    return count <= maxVariableWords;
  });
}
