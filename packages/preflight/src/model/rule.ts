import type { Level, Phase, RuleId } from "./finding.js";

/** What is known of a rule without running it. */
export interface RuleMeta {
  readonly id: RuleId;
  /** Kebab-case, such as `copy-source-missing`; file, fixture folder and page carry it. */
  readonly name: string;
  /** The level of its findings unless a finding says otherwise. */
  readonly level: Level;
  readonly phase: Phase;
  /** One sentence in the present: what it finds. */
  readonly summary: string;
  /** Statements of the brief that it covers, such as `S108`; the table docs/preflight/coverage.md is made of them. */
  readonly seeds: readonly `S${number}`[];
  /** `auto`: some of its findings carry a fix that `--fix` applies. */
  readonly fix: "auto" | "by-hand";
}
