import type { EvidenceKind, TestEvidence } from "#facts/project/evidence.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { Evidence, Level, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";

/** What a rule wants to see a run of. */
export interface EvidenceQuestion {
  readonly kind: EvidenceKind;
  /** What ran, plural: "unit tests". */
  readonly subject: string;
  /** The next step when there is no run, one sentence. */
  readonly remedy: string;
  readonly at: Location;
  /** Level of a missing run with `--profile deploy`: an error when a deployment must not go without. */
  readonly atDeploy: Level;
  /** What is said when only files are judged; undefined: nothing. */
  readonly atBuild: { readonly level: Level; readonly message: string } | undefined;
  readonly evidence?: readonly Evidence[];
}

/**
 * Asks the project's records for a fresh run. A failed one is told with either profile; a missing one is what
 * `--profile deploy` is for.
 */
export function* missingEvidence(project: ProjectFacts, question: EvidenceQuestion): Iterable<Report> {
  const { kind, subject, remedy, at, atDeploy, atBuild } = question;
  const isDeploy = project.config.profile === "deploy";
  const runs = project.evidence.runs.filter((run) => run.kind === kind);
  const fresh = runs.filter((run) => run.staleBecause === undefined);
  const failed = fresh.filter((run) => !run.hasPassed);
  for (const run of failed) {
    yield {
      message: `The last run of ${subject} failed.`,
      remedy: `Mend what the ${subject} found, then record a run that passes.`,
      at: run.location,
      level: isDeploy ? atDeploy : "warning",
      evidence: [{ statement: run.statement, location: run.location }],
    };
  }
  const [told] = isDeploy ? [{ level: atDeploy, message: withoutRun(subject, runs) }] : [atBuild];
  if (fresh.length > 0 || told === undefined) return;
  const evidence = [...(question.evidence ?? []), ...runs.map(staleRun), ...recordProblems(project)];
  yield { ...told, remedy, at, confidence: "likely", evidence };
}

/** How many runs of a kind the files record; "" for none: silence then proves nothing. */
export function recordedRuns({ evidence }: ProjectFacts, kind: EvidenceKind): string {
  const count = evidence.runs.filter((run) => run.kind === kind).length;
  return count === 0 ? "" : `${count} recorded ${count === 1 ? "run" : "runs"}`;
}

function withoutRun(subject: string, runs: readonly TestEvidence[]): string {
  const end = "nothing shows that this commit works.";
  if (runs.length === 0) return `No run of ${subject} is recorded: ${end}`;
  return `No recorded run of ${subject} is fresh: ${end}`;
}

function staleRun({ statement, staleBecause = "", location }: TestEvidence): Evidence {
  return { statement: `${statement.slice(0, -1)}: does not count, ${staleBecause}.`, location };
}

function recordProblems({ evidence }: ProjectFacts): readonly Evidence[] {
  return evidence.problems.map(({ message, location }) => ({
    statement: `An entry does not count: ${message}`,
    location,
  }));
}
