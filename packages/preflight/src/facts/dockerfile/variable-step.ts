import type { Instruction } from "./dockerfile.js";
import type { Expander, UnresolvedUse } from "./expander.js";
import { expanderOf } from "./expander.js";
import type { StageState } from "./stage-state.js";
import { expansionScope } from "./stage-state.js";
import type { Expanded, Variable } from "./stage.js";
import { writtenVariables } from "./written-variables.js";

/** What ARG takes its values from. */
export interface ArgumentSources {
  /** Given with `--build-arg`. */
  readonly buildArguments: ReadonlyMap<string, string>;
  /** ARG before the first FROM, and what BuildKit sets by itself. */
  readonly globals: ReadonlyMap<string, string>;
}

/** Variables of one ENV or ARG, and what holds after it. */
export interface VariablesRead {
  readonly variables: readonly Variable[];
  readonly state: StageState;
}

/** Reads ENV. A value sees what was set before the line, never its neighbours on it. */
export function readEnv(instruction: Instruction, state: StageState, expandWord: Expander): VariablesRead {
  const variables = writtenVariables(instruction, state.escape).map(({ name, written = "", line }) => ({
    name,
    value: expandWord(written, line),
    written,
    line,
  }));
  const environment = new Map(state.scope.environment);
  const buildArguments = new Set(state.scope.buildArguments);
  for (const { name, value } of variables) {
    environment.set(name, value.text);
    buildArguments.delete(name);
  }
  return { variables, state: { ...state, scope: { ...state.scope, environment, buildArguments } } };
}

/**
 * Reads ARG. `--build-arg` wins over the default, and the default over an ARG before FROM. An ENV of the same name stays
 * (Dockerfile reference, "Using ARG variables": ENV always overrides ARG).
 */
export function readArg(
  instruction: Instruction,
  before: StageState,
  sources: ArgumentSources,
  uses: UnresolvedUse[],
): VariablesRead {
  const variables: Variable[] = [];
  let state = before;
  for (const { name, written, line } of writtenVariables(instruction, before.escape)) {
    const given = sources.buildArguments.get(name) ?? (written === undefined ? sources.globals.get(name) : undefined);
    const value =
      given === undefined
        ? written === undefined
          ? undefined
          : expanderOf(instruction, expansionScope(state), uses)(written, line)
        : { text: given, unresolved: [] };
    variables.push({ name, value, written: written ?? "", line });
    state = withArgument(state, name, value);
  }
  return { variables, state };
}

function withArgument(state: StageState, name: string, value: Expanded | undefined): StageState {
  const { environment, buildArguments } = state.scope;
  if (value === undefined) return { ...state, declared: new Set([...state.declared, name]) };
  if (environment.has(name) && !buildArguments.has(name)) return state;
  return {
    ...state,
    scope: {
      ...state.scope,
      environment: new Map([...environment, [name, value.text]]),
      buildArguments: new Set([...buildArguments, name]),
    },
  };
}
