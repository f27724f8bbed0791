import type { Instruction } from "./dockerfile.js";
import { expand } from "./expand.js";
import type { Expanded, StageWalk } from "./stage.js";

/** What the expansion of an instruction's words rests on. */
export interface ExpansionScope {
  readonly environment: ReadonlyMap<string, string>;
  /** ARG names without a value: they are unknown on purpose. */
  readonly declared: ReadonlySet<string>;
  readonly escape: string;
}

/** Expands one word that stands on `line`. */
export type Expander = (text: string, line: number) => Expanded;

/** A use of a variable that nothing sets. */
export type UnresolvedUse = StageWalk["unresolvedUses"][number];

/** Proxy settings that the builder knows without ARG (BuildKit's `proxyEnvFromBuildArgs`). */
const proxyNames: ReadonlySet<string> = new Set(["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"]);

/** Makes the expander of one instruction; variables that nothing sets are added to `uses`. */
export function expanderOf(instruction: Instruction, scope: ExpansionScope, uses: UnresolvedUse[]): Expander {
  return (text, line) => {
    const expanded = expand(text, scope.environment, scope.escape);
    for (const name of expanded.unresolved) {
      if (scope.declared.has(name) || proxyNames.has(name.toLowerCase())) continue;
      uses.push({ name, line, keyword: instruction.keyword });
    }
    return expanded;
  };
}
