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

/** Where a stage starts that is built on an image: nothing is known of it. */
export function emptyState(escape: string): StageState {
  const scope = {
    environment: new Map<string, string>(),
    buildArguments: new Set<string>(),
    workdir: "/",
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
