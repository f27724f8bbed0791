import pc from "picocolors";
import type { Finding, Level, Phase } from "#model/finding.js";
import type { PreflightResult } from "#model/result.js";
import type { Judgement, VerdictWord } from "#model/verdict.js";
import { blockingFindings, countLevels, distinctFindings, phasesInOrder } from "#verdict.js";
import { countOf, cut, printable } from "./printable.js";
import { createQuoter } from "./quote-line.js";
import type { ReportInput } from "./report-input.js";
import { wrap } from "./wrap.js";

/** How the text for people looks. */
export interface HumanStyle {
  readonly isColored: boolean;
  /** Width of the terminal. */
  readonly columns: number;
  /** Show every finding. */
  readonly showsAll: boolean;
}

/** Findings of a phase that are shown without `--all`; what blocks is always shown. */
const shownPerPhase = 8;

/** Open questions that are shown without `--all`: those of `--profile deploy`, or the first of a broken installation. */
const shownUnjudged = 8;

/** Beyond this, lines of text are hard to read. */
const widestText = 110;

/** The result for people: findings by phase, the worst first, and the verdict last, where the eye is. */
export function renderHuman(input: ReportInput, style: HumanStyle): string {
  const { result } = input;
  const paint = createPaint(style);
  const blocks = [
    ...phasesInOrder.map((phase) => phaseBlock(phase, result, style, paint)),
    unjudgedBlock(result, style, paint),
    verdictBlock(result, style, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

interface Paint {
  readonly level: (level: Level) => string;
  readonly verdict: (word: VerdictWord) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
}

function createPaint({ isColored }: HumanStyle): Paint {
  const color = pc.createColors(isColored);
  const byLevel = { error: color.red, warning: color.yellow, note: color.cyan };
  const byVerdict = { GO: color.green, "GO-WITH-WARNINGS": color.yellow, "NO-GO": color.red, UNKNOWN: color.magenta };
  return {
    level: (level) => byLevel[level](level.padEnd(7)),
    verdict: (word) => color.bold(byVerdict[word](word)),
    strong: color.bold,
    faint: color.dim,
    good: color.green,
  };
}

function phaseBlock(phase: Phase, result: PreflightResult, style: HumanStyle, paint: Paint): readonly string[] {
  const blocking = new Set(blockingFindings(result.verdict.findings, result.images));
  const ofPhase = shownFindings(result, style).filter((finding) => finding.phase === phase);
  // Sorted first: of equal findings the one that blocks stays.
  const own = distinctFindings(ofPhase.toSorted(worstFirst(blocking)));
  if (own.length === 0) return [];
  const count = own.filter((finding) => blocking.has(finding)).length;
  const shown = style.showsAll ? own : own.slice(0, Math.max(shownPerPhase, count));
  const quote = createQuoter(result);
  const hidden = own.length - shown.length;
  return [
    `${paint.strong(phase)}  ${paint.verdict(result.verdict.phases[phase].verdict)}`,
    ...shown.flatMap((finding) => ["", ...findingLines(finding, quote(finding.location), result, style, paint)]),
    ...(hidden === 0 ? [] : ["", paint.faint(`  ${hidden} more: --all`)]),
  ];
}

/** Faults of Dockerfiles that nothing builds are counted in their line at the end; `--all` shows them. */
function shownFindings({ verdict, images }: PreflightResult, { showsAll }: HumanStyle): readonly Finding[] {
  const idle = new Set(images.filter(({ isLive }) => !isLive).map(({ dockerfile }) => dockerfile));
  return verdict.findings.filter(({ image }) => showsAll || image === undefined || !idle.has(image));
}

function findingLines(
  finding: Finding,
  quoted: string | undefined,
  result: PreflightResult,
  style: HumanStyle,
  paint: Paint,
): readonly string[] {
  const width = textWidth(style);
  const text = (value: string, label = ""): readonly string[] =>
    wrap(printable(value), width - 4 - label.length).map(
      (line, index) => `    ${index === 0 ? label : " ".repeat(label.length)}${line}`,
    );
  const { location, level, confidence, ruleId, ruleName } = finding;
  const place = printable(`${location.path}:${location.line}`);
  const sureness = confidence === "certain" ? "" : `, ${confidence}`;
  const heading = `  ${paint.level(level)} ${paint.strong(place)}  ${paint.faint(`${ruleId} ${ruleName}${sureness}`)}`;
  if (level === "note" && !style.showsAll) return [heading, ...text(finding.message)];
  return [
    heading,
    ...(quoted === undefined ? [] : [paint.faint(`    | ${cut(printable(quoted), width - 6)}`)]),
    ...text(finding.message),
    ...text(imagesInWords(finding, result)).map(paint.faint),
    ...finding.evidence.flatMap(({ statement, location: at }) =>
      text(at === undefined || isSamePlace(at, location) ? statement : `${at.path}:${at.line}: ${statement}`, "- ").map(
        paint.faint,
      ),
    ),
    ...text(finding.remedy, finding.fix === undefined ? "fix: " : "fix (--fix): ").map(paint.good),
  ];
}

/** Names the images that have a fault, where the place does not say so and not all of them have it. */
function imagesInWords({ ruleId, location, message }: Finding, { images, verdict }: PreflightResult): string {
  const having = verdict.findings.flatMap((each) =>
    each.ruleId === ruleId && each.message === message && isSamePlace(each.location, location) ? [each.image] : [],
  );
  const isPlain =
    having.some((image) => image === undefined || image === location.path) || having.length >= images.length;
  return isPlain ? "" : `in ${having.join(", ")}`;
}

function unjudgedBlock(result: PreflightResult, style: HumanStyle, paint: Paint): readonly string[] {
  const { unjudged } = result.verdict;
  if (unjudged.length === 0) return [];
  const width = textWidth(style) - 4;
  const shown = style.showsAll ? unjudged : unjudged.slice(0, shownUnjudged);
  const hidden = unjudged.length - shown.length;
  return [
    paint.strong("not judged"),
    ...shown.flatMap(({ reason, remedy, ruleId, isRequired }) => [
      `  ${isRequired ? "required" : "optional"}  ${paint.faint(ruleId ?? "")}`.trimEnd(),
      ...wrap(printable(`${reason} ${remedy}`), width).map((line) => `    ${line}`),
    ]),
    ...(hidden === 0 ? [] : [paint.faint(`  ${hidden} more: --all`)]),
  ];
}

function verdictBlock(result: PreflightResult, style: HumanStyle, paint: Paint): readonly string[] {
  const { verdict, images, suppressed, counts, milliseconds } = result;
  const fixable = verdict.findings.filter(({ fix }) => fix !== undefined).length;
  const widest = Math.max(0, ...images.map(({ dockerfile }) => printable(dockerfile).length));
  const perImage = images.length < 2 ? [] : images.map((image) => imageLine(image, widest, paint));
  const left = distinctFindings(verdict.findings).length - distinctFindings(shownFindings(result, style)).length;
  const work = `${countOf(counts.files, "file")}, ${countOf(counts.images, "image")}, ${countOf(counts.rules, "rule")} in ${(milliseconds / 1000).toFixed(1)} s`;
  return [
    ...perImage,
    ...(perImage.length === 0 ? [] : [""]),
    `${paint.verdict(verdict.verdict)}  ${countsInWords(verdict)}`,
    ...wrap(idleErrors(result), textWidth(style)).map(paint.faint),
    ...(left === 0 ? [] : [paint.faint(`${countOf(left, "finding")} in images that nothing builds: --all`)]),
    paint.faint(suppressed.length === 0 ? work : `${work}; ${suppressed.length} set aside`),
    ...(fixable === 0 ? [] : [`${fixable} can be mended for you: preflight --fix`]),
  ];
}

/** Why a verdict may be better than the count of errors. */
function idleErrors({ verdict, images }: PreflightResult): string {
  const idle = verdict.counts.error - countLevels(blockingFindings(verdict.findings, images)).error;
  if (idle === 0) return "";
  const which = idle === verdict.counts.error ? "none of the errors blocks" : `${idle} of the errors do not block`;
  return `${which}: only possible, or in an image that nothing builds`;
}

function imageLine(image: PreflightResult["images"][number], widest: number, paint: Paint): string {
  const { judgement, dockerfile, isLive, context } = image;
  const about = `${countsInWords(judgement)}; context ${printable(context) || "."}${isLive ? "" : "; nothing builds it"}`;
  const word = paint.verdict(judgement.verdict) + " ".repeat("GO-WITH-WARNINGS".length - judgement.verdict.length);
  return `  ${printable(dockerfile).padEnd(widest)}  ${word}  ${paint.faint(about)}`;
}

function countsInWords({ counts }: Judgement): string {
  const parts = [
    ...(counts.error === 0 ? [] : [countOf(counts.error, "error")]),
    ...(counts.warning === 0 ? [] : [countOf(counts.warning, "warning")]),
    ...(counts.note === 0 ? [] : [countOf(counts.note, "note")]),
  ];
  return parts.length === 0 ? "nothing found" : parts.join(", ");
}

const rankByLevel: Readonly<Record<Level, number>> = { error: 1, warning: 2, note: 3 };

/** What blocks, then by level, then by place. */
function worstFirst(blocking: ReadonlySet<Finding>): (a: Finding, b: Finding) => number {
  const rank = (finding: Finding): number => (blocking.has(finding) ? 0 : rankByLevel[finding.level]);
  return (a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (a.location.path !== b.location.path) return a.location.path < b.location.path ? -1 : 1;
    return a.location.line - b.location.line;
  };
}

function textWidth({ columns }: HumanStyle): number {
  return Math.min(Math.max(columns, 40), widestText);
}

function isSamePlace(a: Finding["location"], b: Finding["location"]): boolean {
  return a.path === b.path && a.line === b.line;
}
