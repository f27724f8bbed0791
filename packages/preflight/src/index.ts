export { runPreflight } from "#cli/run-cli.js";
export type { PreflightIo } from "#cli/io.js";
export { judgeTree, preflight } from "./preflight.js";
export { preflightHistory } from "./history.js";
export { rules } from "#rules/index.js";
export type { ImageRule, ProjectRule, Rule } from "#rules/rule.js";
export type { RuleMeta } from "#model/rule.js";
export type {
  HistoryEntry,
  ImageResult,
  PreflightOptions,
  PreflightResult,
  RuleRun,
  SuppressedFinding,
} from "#model/result.js";
export type { Counts, Judgement, Verdict, VerdictWord } from "#model/verdict.js";
export type {
  Confidence,
  Evidence,
  Finding,
  Fix,
  Level,
  LineEdit,
  NewFileEdit,
  Phase,
  RuleId,
  Unjudged,
} from "#model/finding.js";
export type { Location } from "#model/location.js";
export type { DeclaredPayload, PreflightConfig, Profile, Target } from "#model/config.js";
export { PreflightError, preflightErrorFacts } from "#model/errors.js";
export type { PreflightErrorCode, PreflightErrorFact } from "#model/errors.js";
export { memoryTree } from "#tree/memory-tree.js";
export type { MemoryFile } from "#tree/memory-tree.js";
export type { GitState, SourceTree, TreeEntry, TreeListing } from "#tree/source-tree.js";
