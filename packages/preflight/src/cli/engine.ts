import type { HistoryEntry, PreflightOptions, PreflightResult } from "#model/result.js";
import type { RuleMeta } from "#model/rule.js";

/** What the command needs of everything behind it. */
export interface PreflightEngine {
  preflight(options: PreflightOptions): Promise<PreflightResult>;
  history(options: PreflightOptions & { readonly last: number }): AsyncIterable<HistoryEntry>;
  readonly rules: readonly RuleMeta[];
  /** A rule's page in Markdown; undefined: it has none. */
  readRulePage(rule: RuleMeta): Promise<string | undefined>;
}
