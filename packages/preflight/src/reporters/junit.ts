import type { Finding, RuleId } from "#model/finding.js";
import { isDecisive } from "#verdict.js";
import { areaOf, reportAreas } from "./report-areas.js";
import type { ReportInput } from "./report-input.js";
import { xmlText } from "./xml-text.js";

/** One suite an area, one case a rule and image: a decisive error fails it, a warning is told, a check left out is skipped. */
export function renderJunit(input: ReportInput): string {
  const cases = collectCases(input);
  const suites = [...reportAreas.map(({ title }) => title), "Other"].flatMap((area) => {
    const own = cases.filter((each) => each.area === area);
    return own.length === 0 ? [] : [suiteXml(area, own)];
  });
  const total = `tests="${cases.length}" failures="${countState(cases, "failed")}" skipped="${countState(cases, "skipped")}"`;
  const seconds = (input.result.milliseconds / 1000).toFixed(3);
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="preflight" ${total} time="${seconds}">`, ...suites, "</testsuites>"].join("\n")}\n`;
}

interface Case {
  readonly area: string;
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly lines: readonly string[];
}

function collectCases({ result, rules }: ReportInput): readonly Case[] {
  const nameOf = new Map(rules.map(({ id, name }) => [id, name]));
  const title = (ruleId: RuleId, image: string | undefined): string =>
    [ruleId, nameOf.get(ruleId), image === undefined ? undefined : `(${image})`].filter(Boolean).join(" ");
  const groups = new Map<string, { readonly ruleId: RuleId; readonly findings: Finding[] }>();
  for (const { ruleId, image } of result.runs) groups.set(title(ruleId, image), { ruleId, findings: [] });
  for (const finding of result.verdict.findings) {
    const key = title(finding.ruleId, finding.image);
    const group = groups.get(key) ?? { ruleId: finding.ruleId, findings: [] };
    group.findings.push(finding);
    groups.set(key, group);
  }
  const judged = [...groups].map(([name, { ruleId, findings }]): Case => ({
    area: areaOf(ruleId),
    name,
    state: findings.some(isDecisive) ? "failed" : "passed",
    lines: findings.map(findingLine),
  }));
  const skipped = result.verdict.unjudged.map(({ ruleId, reason, remedy }): Case => ({
    area: areaOf(ruleId ?? ""),
    name: ruleId === undefined ? reason : title(ruleId, undefined),
    state: "skipped",
    lines: [`${reason} ${remedy}`],
  }));
  return [...judged, ...skipped];
}

function findingLine({ level, location, message, remedy }: Finding): string {
  return `${level} ${location.path}:${location.line}: ${message} ${remedy}`;
}

function suiteXml(area: string, cases: readonly Case[]): string {
  const counts = `tests="${cases.length}" failures="${countState(cases, "failed")}" skipped="${countState(cases, "skipped")}"`;
  const body = cases.map((each) => caseXml(area, each));
  return [`  <testsuite name="${xmlText(area)}" ${counts}>`, ...body, "  </testsuite>"].join("\n");
}

function caseXml(area: string, { name, state, lines }: Case): string {
  const open = `    <testcase classname="${xmlText(area)}" name="${xmlText(name)}"`;
  const [first = ""] = lines;
  const text = xmlText(lines.join("\n"));
  if (state === "failed") return `${open}><failure message="${xmlText(first)}">${text}</failure></testcase>`;
  if (state === "skipped") return `${open}><skipped message="${xmlText(first)}"/></testcase>`;
  return lines.length === 0 ? `${open}/>` : `${open}><system-out>${text}</system-out></testcase>`;
}

function countState(cases: readonly Case[], state: Case["state"]): number {
  return cases.filter((each) => each.state === state).length;
}
