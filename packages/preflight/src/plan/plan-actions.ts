import type { Finding, RuleId } from "#model/finding.js";
import type { PreflightResult } from "#model/result.js";
import { blockingFindings, phasesInOrder } from "#verdict.js";
import { hoursOf, type Hours } from "./hours.js";
import { liveSteps } from "./live-steps.js";

/** How much an action matters. MUST: it blocks. SHOULD: it costs. NICE: it informs. */
export type Priority = "MUST" | "SHOULD" | "NICE";

/** One thing to do next. */
export interface PlannedAction {
  readonly priority: Priority;
  /** What to do, one sentence. */
  readonly title: string;
  readonly ruleId: RuleId | undefined;
  /** `path:line` of the places, each once. */
  readonly places: readonly string[];
  /** How many of the places `--fix` mends. */
  readonly fixable: number;
  readonly hours: Hours;
  /** A command that does it or shows it; undefined: none. */
  readonly command: string | undefined;
}

/**
 * The ordered next actions: what blocks, by the phase in which it would show; then building, sending and trying the image,
 * which files cannot stand for; then what only costs.
 */
export function planActions(result: PreflightResult): readonly PlannedAction[] {
  const { findings, unjudged } = result.verdict;
  const blocking = new Set(blockingFindings(findings, result.images));
  const must = actionsFor("MUST", (finding) => blocking.has(finding), findings);
  const should = actionsFor("SHOULD", (finding) => !blocking.has(finding) && finding.level !== "note", findings);
  const nice = actionsFor("NICE", ({ level }) => level === "note", findings);
  const open = unjudged.map(({ ruleId, reason, remedy, isRequired }): PlannedAction => ({
    priority: isRequired ? "MUST" : "SHOULD",
    title: `${reason} ${remedy}`,
    ruleId,
    places: [],
    fixable: 0,
    hours: { low: 0.25, high: 0.5 },
    command: undefined,
  }));
  const all = [...must, ...open, ...liveSteps(result), ...should, ...nice];
  return priorities.flatMap((priority) => all.filter((action) => action.priority === priority));
}

/** Priorities, the heaviest first. */
export const priorities: readonly Priority[] = ["MUST", "SHOULD", "NICE"];

/** One action a rule and remedy: ten places of one fault are one piece of work. */
function actionsFor(
  priority: Priority,
  belongs: (finding: Finding) => boolean,
  findings: readonly Finding[],
): readonly PlannedAction[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings.filter(belongs)) {
    const key = `${finding.ruleId}\0${finding.remedy}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].sort(byPhase).flatMap((group) => actionOf(priority, group));
}

function actionOf(priority: Priority, group: readonly Finding[]): readonly PlannedAction[] {
  const [first] = group;
  if (first === undefined) return [];
  const fixable = group.filter(({ fix }) => fix !== undefined).length;
  return [
    {
      priority,
      title: first.remedy,
      ruleId: first.ruleId,
      places: [...new Set(group.map(({ location }) => `${location.path}:${location.line}`))],
      fixable,
      hours: hoursOf(first.ruleId, fixable === group.length),
      command: fixable > 0 ? "preflight --fix" : undefined,
    },
  ];
}

function byPhase(a: readonly Finding[], b: readonly Finding[]): number {
  const rank = ([first]: readonly Finding[]): number => (first === undefined ? 0 : phasesInOrder.indexOf(first.phase));
  return rank(a) - rank(b);
}
