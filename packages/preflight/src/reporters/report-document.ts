import type { Finding, Phase } from "#model/finding.js";
import type { ImageResult, PreflightResult } from "#model/result.js";
import { hoursInWords, sumHours } from "#plan/hours.js";
import { planActions, type PlannedAction } from "#plan/plan-actions.js";
import { blockingFindings, distinctFindings, isDecisive, phasesInOrder } from "#verdict.js";
import { countOf } from "./printable.js";
import { checklistRows, reportAreas } from "./report-areas.js";
import { codes, heading, list, paragraph, table, type Block, type Text } from "./report-blocks.js";
import type { ReportInput } from "./report-input.js";
import { answerSubject, type SubjectAnswer, type SubjectStatus } from "./subject-status.js";

/** The validation report: every word of it follows from findings, runs and counts of this run. */
export function reportDocument(input: ReportInput): readonly Block[] {
  const { result } = input;
  const areas = reportAreas.map((area) => answerSubject(area, result));
  const rows = checklistRows.map((row) => ({ ...answerSubject(row, result), blocks: row.blocks }));
  const actions = planActions(result);
  return [
    ...opening(input),
    ...decision(result, rows),
    ...risks(result),
    ...areaSections(areas, rows),
    ...blockers(result, actions),
    ...priorityLists(actions),
    ...leftOut(result),
    ...summary(result, areas, rows),
  ];
}

type ChecklistAnswer = SubjectAnswer & { readonly blocks: boolean };

function opening({ projectName, now, version, result }: ReportInput): readonly Block[] {
  const { counts, milliseconds } = result;
  return [
    heading(1, `Validation report: ${projectName}`),
    paragraph(
      `${now.toISOString().slice(0, 10)}, preflight ${version}: ${countOf(counts.files, "file")}, ${countOf(counts.images, "image")} and ${countOf(counts.rules, "rule")} in ${(milliseconds / 1000).toFixed(1)} s. Nothing was built, run or fetched.`,
    ),
  ];
}

function decision(result: PreflightResult, rows: readonly ChecklistAnswer[]): readonly Block[] {
  const { verdict } = result;
  const blocking = distinctFindings(blockingFindings(verdict.findings, result.images));
  const open = rows.filter(({ status, blocks }) => blocks && status === "UNKNOWN");
  const reasons = [
    ...blocking.map((finding): Text => [`${finding.message} `, { code: placeOf(finding) }]),
    ...verdict.unjudged.filter(({ isRequired }) => isRequired).map(({ reason }): Text => [reason]),
    ...(blocking.length > 0 || open.length === 0
      ? []
      : [[`Files cannot tell: ${open.map(({ title }) => title).join(", ")}.`]]),
  ];
  return [
    heading(2, `Decision: ${verdict.verdict}`),
    ...(reasons.length === 0 ? [paragraph("No rule found anything that blocks.")] : list(reasons, true)),
    ...table(
      ["Phase", "Verdict", "Errors", "Warnings", "Notes"],
      phasesInOrder.map((phase) => {
        const { verdict: word, counts } = verdict.phases[phase];
        return [[phase], [word], [`${counts.error}`], [`${counts.warning}`], [`${counts.note}`]];
      }),
    ),
  ];
}

function risks({ images, verdict }: PreflightResult): readonly Block[] {
  const rows = images.map((image): readonly Text[] => {
    const own = verdict.findings.filter((finding) => finding.image === undefined || finding.image === image.dockerfile);
    const deciding = distinctFindings(own.filter(isDecisive));
    const failsAt = phasesInOrder.filter((phase) => deciding.some((finding) => finding.phase === phase));
    return [
      [{ code: image.dockerfile }],
      [image.isLive ? "yes" : "no"],
      [image.judgement.verdict],
      [riskLevel(image, failsAt)],
      [
        failsAt.length === 0
          ? "nothing found that fails"
          : `${failsAt.join(", ")} (${countOf(deciding.length, "error")})`,
      ],
      [recommendation(image)],
    ];
  });
  return [
    heading(2, "Risk by Dockerfile"),
    ...table(["Dockerfile", "In use", "Verdict", "Risk", "Fails at", "Recommendation"], rows),
  ];
}

function riskLevel({ judgement }: ImageResult, failsAt: readonly Phase[]): string {
  if (failsAt.includes("build") || failsAt.includes("start")) return "CRITICAL";
  if (failsAt.length > 0) return "HIGH";
  return judgement.verdict === "GO" ? "LOW" : "MEDIUM";
}

function recommendation({ judgement, isLive }: ImageResult): string {
  if (judgement.verdict === "NO-GO")
    return isLive ? "Do not deploy; see the blockers." : "Do not use; mend or delete it.";
  if (judgement.verdict === "UNKNOWN") return "Carry out the checks that are open, then decide.";
  return "Build it and try one job.";
}

function areaSections(areas: readonly SubjectAnswer[], rows: readonly ChecklistAnswer[]): readonly Block[] {
  const sections = areas.flatMap(({ title, status, evidence, findings, liveCommand }, index) => [
    heading(3, `${index + 1}. ${title}: ${status}`),
    ...list(evidence.map((fact): Text => [fact])),
    ...table(
      ["Where", "Rule", "Level", "What"],
      findings.map((finding) => [
        [{ code: placeOf(finding) }],
        [`${finding.ruleId} ${finding.ruleName}`],
        [finding.confidence === "certain" ? finding.level : `${finding.level}, ${finding.confidence}`],
        [finding.message],
      ]),
    ),
    ...(liveCommand === undefined ? [] : [paragraph("To find out: ", { code: liveCommand })]),
  ]);
  const checklist = table(
    ["Component", "Status", "Blocker", "Evidence"],
    rows.map(({ title, status, blocks, evidence, liveCommand }) => [
      [title],
      [status],
      [isBlocker(status, blocks) ? "YES" : "NO"],
      [firstOf(evidence), ...(liveCommand === undefined || status === "FAIL" ? [] : [": ", { code: liveCommand }])],
    ]),
  );
  return [
    heading(2, "Areas"),
    ...sections,
    heading(3, `${areas.length + 1}. Readiness: ${checklistStatus(rows)}`),
    ...checklist,
  ];
}

/** A row has room for three facts; its area has them all. */
function firstOf(evidence: readonly string[]): string {
  const left = evidence.length - 3;
  return evidence.slice(0, 3).join("; ") + (left > 0 ? `; ${left} more above` : "");
}

function isBlocker(status: SubjectStatus, blocks: boolean): boolean {
  return status === "FAIL" || (blocks && status === "UNKNOWN");
}

function checklistStatus(rows: readonly ChecklistAnswer[]): SubjectStatus {
  if (rows.some(({ status }) => status === "FAIL")) return "FAIL";
  if (rows.some(({ status, blocks }) => blocks && status === "UNKNOWN")) return "UNKNOWN";
  return rows.every(({ status }) => status === "PASS") ? "PASS" : "PARTIAL";
}

const impactByPhase: Readonly<Record<Phase, string>> = {
  build: "The image cannot be built, or is built without what it needs.",
  start: "The worker does not start.",
  job: "Jobs fail, or deliver a wrong result.",
  deploy: "The endpoint cannot serve this image.",
  security: "Credentials or data are exposed.",
};

function blockers({ verdict, images }: PreflightResult, actions: readonly PlannedAction[]): readonly Block[] {
  const blocking = distinctFindings(blockingFindings(verdict.findings, images));
  const sections = actions
    .filter(({ priority, ruleId }) => priority === "MUST" && ruleId !== undefined)
    .flatMap((action, index) => {
      const own = blocking.filter(({ ruleId, remedy }) => ruleId === action.ruleId && remedy === action.title);
      const [first] = own;
      const impact = first === undefined ? "Nobody knows whether it holds." : impactByPhase[first.phase];
      const title = first === undefined ? `${action.ruleId} could not be judged` : `${first.ruleId} ${first.ruleName}`;
      return [
        heading(3, `Blocker ${index + 1}: ${title}`),
        ...table(
          ["Severity", "Impact", "Action", "Time"],
          [[[severityOf(own)], [impact], actionText(action), [hoursInWords(action.hours)]]],
        ),
        ...list(own.map((finding): Text => [{ code: placeOf(finding) }, ` ${finding.message}`])),
      ];
    });
  return sections.length === 0 ? [] : [heading(2, "Blockers"), ...sections];
}

/** Certain: CRITICAL. Likely: HIGH. Not judged, though required: MEDIUM. */
function severityOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return "MEDIUM";
  return findings.some(({ confidence }) => confidence === "certain") ? "CRITICAL" : "HIGH";
}

function priorityLists(actions: readonly PlannedAction[]): readonly Block[] {
  const groups: readonly (readonly [string, readonly PlannedAction[]])[] = [
    ["Priority 1, MUST: what blocks", actions.filter((each) => each.priority === "MUST" && !isLiveStep(each))],
    ["Priority 2, MUST: what only the running system can show", actions.filter(isLiveStep)],
    ["Priority 3, SHOULD: what costs", actions.filter(({ priority }) => priority === "SHOULD")],
    ["Priority 4, NICE: what is worth knowing", actions.filter(({ priority }) => priority === "NICE")],
  ];
  const sections = groups.flatMap(([title, own]) =>
    own.length === 0
      ? []
      : [
          heading(3, `${title} (${hoursInWords(sumHours(own.map(({ hours }) => hours)))})`),
          ...list(
            own.map((action): Text => [...actionText(action), ` (${hoursInWords(action.hours)})`]),
            true,
          ),
        ],
  );
  return [heading(2, "What to do"), ...sections];
}

function isLiveStep({ priority, ruleId, places }: PlannedAction): boolean {
  return priority === "MUST" && ruleId === undefined && places.length === 0;
}

function actionText({ title, places, command }: PlannedAction): Text {
  const shown = places.slice(0, 5);
  const more = places.length - shown.length;
  return [
    title,
    ...(shown.length === 0 ? [] : [" ", ...codes(shown)]),
    ...(more === 0 ? [] : [` and ${more} more`]),
    ...(command === undefined ? [] : [" ", { code: command }]),
  ];
}

function leftOut({ verdict, suppressed }: PreflightResult): readonly Block[] {
  const open = verdict.unjudged.map(({ reason, remedy, isRequired }): readonly Text[] => [
    [isRequired ? "required" : "optional"],
    [reason],
    [remedy],
  ]);
  const aside = suppressed.map(({ finding, by, reason }): readonly Text[] => [
    [{ code: placeOf(finding) }],
    [`${finding.ruleId} ${finding.ruleName}`],
    [by],
    [reason],
  ]);
  return [
    ...(open.length === 0 ? [] : [heading(2, "Not judged"), ...table(["", "What", "How to find out"], open)]),
    ...(aside.length === 0 ? [] : [heading(2, "Set aside"), ...table(["Where", "Rule", "By", "Reason"], aside)]),
  ];
}

const statuses: readonly SubjectStatus[] = ["PASS", "PARTIAL", "FAIL", "UNKNOWN", "UNVERIFIED"];

function summary(
  { verdict, images, suppressed }: PreflightResult,
  areas: readonly SubjectAnswer[],
  rows: readonly ChecklistAnswer[],
): readonly Block[] {
  const all = [...areas.map(({ status }) => status), checklistStatus(rows)];
  const { error, warning, note } = verdict.counts;
  const blocked = rows.filter(({ status, blocks }) => isBlocker(status, blocks)).length;
  return [
    heading(2, "Summary"),
    ...table(
      ["", "Count"],
      [
        [["Areas"], [`${all.length}`]],
        ...statuses.map((status): readonly Text[] => [[`Areas ${status}`], [`${countOfStatus(all, status)}`]]),
        [["Checklist rows that block"], [`${blocked} of ${rows.length}`]],
        [["Findings that block"], [`${distinctFindings(blockingFindings(verdict.findings, images)).length}`]],
        [["Errors, warnings, notes"], [`${error}, ${warning}, ${note}`]],
        [["Set aside"], [`${suppressed.length}`]],
      ],
    ),
  ];
}

function countOfStatus(all: readonly SubjectStatus[], status: SubjectStatus): number {
  return all.filter((each) => each === status).length;
}

function placeOf({ location }: Finding): string {
  return `${location.path}:${location.line}`;
}
