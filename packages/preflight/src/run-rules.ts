import { createHash } from "node:crypto";
import { createRedactor, type Redactor } from "#facts/secrets/redactor.js";
import type { Finding, Report, Unjudged } from "#model/finding.js";
import type { RuleRun } from "#model/result.js";
import type { Rule } from "#rules/rule.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";

/** What all rules said. */
export interface RuleAnswers {
  readonly findings: readonly Finding[];
  readonly unjudged: readonly Unjudged[];
  readonly runs: readonly RuleRun[];
}

/**
 * Puts every rule to the facts. A rule that throws leaves its question open instead of ending the others.
 * @param signal stops between two rules.
 */
export function runRules(rules: readonly Rule[], project: ProjectFacts, signal?: AbortSignal): RuleAnswers {
  const findings: Finding[] = [];
  const unjudged = new Map<string, Unjudged>();
  const runs: RuleRun[] = [];
  const fingerprint = createFingerprints(project);
  const hide = createRedactor(project.files);
  for (const rule of rules) {
    for (const question of questionsOf(rule, project)) {
      signal?.throwIfAborted();
      try {
        const reports = [...question.check()];
        for (const report of reports) {
          const finding = findingOf(rule, report, question.image, fingerprint);
          findings.push(withoutSecrets(finding, hide));
        }
        runs.push({
          ruleId: rule.meta.id,
          image: question.image,
          findings: reports.length,
          lookedAt: question.lookedAt(),
        });
      } catch (cause) {
        const open = openQuestion(rule, question.image, cause, hide);
        unjudged.set(`${open.ruleId} ${open.reason}`, open);
      }
    }
  }
  return { findings, unjudged: [...unjudged.values()], runs };
}

/** One rule put to one image, or to the project. */
interface Question {
  readonly image: string | undefined;
  readonly check: () => Iterable<Report>;
  readonly lookedAt: () => string;
}

function questionsOf(rule: Rule, project: ProjectFacts): readonly Question[] {
  if (rule.scope === "project") {
    const lookedAt = () => rule.lookedAt?.(project) ?? `${project.files.size} files`;
    return [{ image: undefined, check: () => rule.check(project), lookedAt }];
  }
  return project.images.map((image) => {
    const { path, instructions } = image.dockerfile;
    const lookedAt = () => rule.lookedAt?.(image) ?? `${path}, ${instructions.length} instructions`;
    return { image: path, check: () => rule.check(image), lookedAt };
  });
}

function findingOf(
  { meta }: Rule,
  report: Report,
  image: string | undefined,
  fingerprint: (meta: Rule["meta"], report: Report) => string,
): Finding {
  return {
    ruleId: meta.id,
    ruleName: meta.name,
    level: report.level ?? meta.level,
    confidence: report.confidence ?? "certain",
    phase: report.phase ?? meta.phase,
    message: report.message,
    remedy: report.remedy,
    location: report.at,
    evidence: report.evidence ?? [],
    image,
    fix: report.fix,
    fingerprint: fingerprint(meta, report),
  };
}

/** Rules quote what they find; a report that repeats a key spreads the leak. Edits stay exact: they are written, not shown. */
function withoutSecrets(finding: Finding, hide: Redactor): Finding {
  const { evidence, fix, message, remedy } = finding;
  return {
    ...finding,
    message: hide(message),
    remedy: hide(remedy),
    evidence: evidence.map((each) => ({ ...each, statement: hide(each.statement) })),
    fix: fix && { ...fix, title: hide(fix.title) },
  };
}

/** A fingerprint outlives moved lines: it is made of the rule, the path, the line's text and the message. */
function createFingerprints(project: ProjectFacts) {
  const linesByPath = new Map<string, readonly string[]>();
  const linesOf = (path: string): readonly string[] => {
    const known = linesByPath.get(path) ?? project.files.get(path)?.text?.split("\n") ?? [];
    linesByPath.set(path, known);
    return known;
  };
  return ({ id }: Rule["meta"], { at, message }: Report): string => {
    const line = linesOf(at.path)[at.line - 1]?.trim() ?? "";
    const words = message.replace(/\bline \d+/g, "line");
    return createHash("sha256").update(`${id}\n${at.path}\n${line}\n${words}`).digest("hex").slice(0, 16);
  };
}

function openQuestion({ meta }: Rule, image: string | undefined, cause: unknown, hide: Redactor): Unjudged {
  const reason = hide(cause instanceof Error ? cause.message : String(cause));
  return {
    ruleId: meta.id,
    phase: meta.phase,
    reason: `${meta.name} could not look${image === undefined ? "" : ` at ${image}`} (${reason}).`,
    remedy: "Report this with the file that it was reading; the other rules have judged.",
    isRequired: true,
  };
}
