import type { ExpansionScope } from "./expander.js";
import type { Stage } from "./stage.js";

/** What is known between two instructions of a stage. */
export interface StageState {
  readonly scope: Stage["end"];
  /** ARG names without a value. */
  readonly declared: ReadonlySet<string>;
  /** The escape character of the file. */
  readonly escape: string;
}

/** What an image brings to the stages that are built on it. */
export interface BaseState {
  /** Absolute; undefined: `/`. */
  readonly workdir: string | undefined;
  readonly environment?: ReadonlyMap<string, string>;
}

/** Where a stage starts that is built on an image. */
export function startState(escape: string, base: BaseState | undefined): StageState {
  const scope = {
    environment: new Map(base?.environment),
    buildArguments: new Set<string>(),
    workdir: base?.workdir ?? "/",
    user: "root",
    shell: ["/bin/sh", "-c"],
  };
  return { scope, declared: new Set(), escape };
}

/** What an instruction's words are expanded with. */
export function expansionScope({ scope, declared, escape }: StageState): ExpansionScope {
  return { environment: scope.environment, declared, escape };
}

/** The same state with some of its scope changed. */
export function withScope(state: StageState, change: Partial<Stage["end"]>): StageState {
  return { ...state, scope: { ...state.scope, ...change } };
}
