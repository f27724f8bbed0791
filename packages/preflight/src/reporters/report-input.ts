import type { RuleId } from "#model/finding.js";
import type { PreflightResult } from "#model/result.js";
import type { RuleMeta } from "#model/rule.js";

/** What every reporter is given. */
export interface ReportInput {
  readonly result: PreflightResult;
  readonly rules: readonly RuleMeta[];
  /** Page of a rule in Markdown; a rule without page is not in it. */
  readonly helpByRule: ReadonlyMap<RuleId, string>;
  /** Name of the project, for people: its folder's. */
  readonly projectName: string;
  /** Put before every path, with a `/` at its end: the way from the repository to the project. "" when they are the same. */
  readonly pathPrefix: string;
  /** Version of this package. */
  readonly version: string;
  readonly now: Date;
}
