import type { PreflightConfig } from "#model/config.js";
import type { Confidence, Finding } from "#model/finding.js";
import type { SuppressedFinding } from "#model/result.js";
import { readIgnoreComments, type IgnoreComment, type IgnoreProblem } from "./ignore-comments.js";
import { ignoreNote } from "./ignore-note.js";

/** Everything that may set a finding aside. */
export interface SuppressionSources {
  readonly config: Pick<PreflightConfig, "rules" | "minConfidence">;
  /** Fingerprints of the baseline file. */
  readonly baseline: ReadonlySet<string>;
  /** Today: an ignore comment holds up to its last day, in UTC. */
  readonly now: Date;
  /** Text of a project's file; undefined: none. */
  textOf(path: string): string | undefined;
  /** Last line of the instruction that begins at a line of a file; undefined: none begins there. */
  endLineOf(path: string, line: number): number | undefined;
}

/** What is left to judge, and what is not. */
export interface SuppressionOutcome {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
}

/**
 * Sets findings aside that the configuration, a comment or the baseline names. Comments that have no effect (no reason,
 * expired) come back as notes among `kept`, so that nobody believes in them.
 */
export function suppress(findings: readonly Finding[], sources: SuppressionSources): SuppressionOutcome {
  const kept: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const commentsOf = createCommentReader(sources);
  const paths = new Set<string>();
  for (const found of findings) {
    const finding = withConfiguredLevel(found, sources.config);
    paths.add(finding.location.path);
    const aside =
      asideByConfig(finding, sources.config) ??
      asideByComment(finding, commentsOf(finding.location.path).holding) ??
      asideByBaseline(finding, sources.baseline);
    if (aside === undefined) kept.push(finding);
    else suppressed.push({ finding, ...aside });
  }
  const notes = [...paths].flatMap((path) => commentsOf(path).problems.map((problem) => ignoreNote(path, problem)));
  return { kept: [...kept, ...notes], suppressed };
}

type Aside = Pick<SuppressedFinding, "by" | "reason">;

const rankByConfidence: Readonly<Record<Confidence, number>> = { possible: 0, likely: 1, certain: 2 };

function withConfiguredLevel(finding: Finding, { rules }: SuppressionSources["config"]): Finding {
  const level = rules[finding.ruleId];
  return level === undefined || level === "off" ? finding : { ...finding, level };
}

function asideByConfig(finding: Finding, { rules, minConfidence }: SuppressionSources["config"]): Aside | undefined {
  if (rules[finding.ruleId] === "off") return { by: "config", reason: `rules.${finding.ruleId} is off` };
  if (rankByConfidence[finding.confidence] >= rankByConfidence[minConfidence]) return undefined;
  return { by: "config", reason: `it is ${finding.confidence}, below minConfidence` };
}

function asideByComment({ ruleId, location }: Finding, comments: readonly IgnoreComment[]): Aside | undefined {
  const endLine = location.endLine ?? location.line;
  const comment = comments.find(
    (each) => each.ruleIds.includes(ruleId) && each.startLine <= endLine && each.endLine >= location.line,
  );
  return comment === undefined ? undefined : { by: "comment", reason: comment.reason };
}

function asideByBaseline({ fingerprint }: Finding, baseline: ReadonlySet<string>): Aside | undefined {
  return baseline.has(fingerprint) ? { by: "baseline", reason: "known when the baseline was written" } : undefined;
}

interface CommentsOfFile {
  readonly holding: readonly IgnoreComment[];
  readonly problems: readonly IgnoreProblem[];
}

function createCommentReader(sources: SuppressionSources): (path: string) => CommentsOfFile {
  const byPath = new Map<string, CommentsOfFile>();
  const today = sources.now.toISOString().slice(0, 10);
  return (path) => {
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const lines = (sources.textOf(path) ?? "").split("\n");
    const { comments, problems } = readIgnoreComments(lines, (line) => sources.endLineOf(path, line));
    const isOver = ({ until }: IgnoreComment): boolean => until !== undefined && until < today;
    const expired = comments.filter(isOver).map(({ line, until }) => ({
      line,
      message: `The ignore comment has no effect: it expired on ${until}.`,
    }));
    const read = { holding: comments.filter((comment) => !isOver(comment)), problems: [...problems, ...expired] };
    byPath.set(path, read);
    return read;
  };
}
