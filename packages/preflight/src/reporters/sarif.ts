import { redact } from "#facts/secrets/redact.js";
import type { Finding, Fix, LineEdit, RuleId } from "#model/finding.js";
import type { SuppressedFinding } from "#model/result.js";
import type { RuleMeta } from "#model/rule.js";
import { distinctFindings } from "#verdict.js";
import { printableJson } from "./printable.js";
import type { ReportInput } from "./report-input.js";

/** The result as SARIF 2.1.0 (OASIS standard), as code scanning reads it. */
export function renderSarif(input: ReportInput): string {
  const { result, rules, version } = input;
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "preflight", semanticVersion: version, rules: rules.map((rule) => ruleOf(rule, input)) },
        },
        columnKind: "utf16CodeUnits",
        results: [
          ...distinctFindings(result.verdict.findings).map((finding) => resultOf(finding, input, undefined)),
          ...result.suppressed.map((aside) => resultOf(aside.finding, input, aside)),
        ],
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: result.verdict.unjudged.map(({ reason, remedy, ruleId }) => ({
              level: "warning",
              message: { text: `${reason} ${remedy}` },
              ...(ruleId !== undefined && { associatedRule: { id: ruleId } }),
            })),
          },
        ],
        properties: { verdict: result.verdict.verdict },
      },
    ],
  };
  return `${printableJson(log)}\n`;
}

function ruleOf({ id, name, summary, level, phase }: RuleMeta, { helpByRule }: ReportInput): object {
  const help = helpByRule.get(id);
  return {
    id,
    name,
    shortDescription: { text: summary },
    help: { text: help ?? summary, markdown: help ?? summary },
    defaultConfiguration: { level },
    properties: { tags: [phase] },
  };
}

function resultOf(finding: Finding, input: ReportInput, aside: SuppressedFinding | undefined): object {
  const { ruleId, level, message, remedy, confidence, evidence, fingerprint, fix } = finding;
  const related = evidence.flatMap(({ statement, location }, id) =>
    location === undefined ? [] : [{ id, message: { text: statement }, ...locationOf(location, input) }],
  );
  const fixObject = fix === undefined ? undefined : fixOf(fix, input);
  return {
    ruleId,
    ruleIndex: ruleIndexOf(ruleId, input),
    level,
    message: { text: `${message} ${remedy}` },
    locations: [locationOf(finding.location, input)],
    ...(related.length > 0 && { relatedLocations: related }),
    partialFingerprints: { "preflight/v1": fingerprint },
    ...(fixObject !== undefined && { fixes: [fixObject] }),
    suppressions:
      aside === undefined
        ? []
        : [{ kind: aside.by === "comment" ? "inSource" : "external", justification: aside.reason }],
    properties: { confidence },
  };
}

/** -1 says "not in rules[]" (section 3.27.6), as for a note about an ignore comment. */
function ruleIndexOf(ruleId: RuleId, { rules }: ReportInput): number {
  return rules.findIndex(({ id }) => id === ruleId);
}

function locationOf({ path, line, endLine }: Finding["location"], input: ReportInput): { physicalLocation: object } {
  const region = endLine === undefined ? { startLine: line } : { startLine: line, endLine };
  return { physicalLocation: { artifactLocation: artifactOf(path, input), region } };
}

/** The URI is relative to the repository; a name in it may hold anything, lone surrogates too. */
function artifactOf(path: string, { pathPrefix }: ReportInput): { readonly uri: string } {
  const wellFormed = (pathPrefix + path).replace(/[\uD800-\uDFFF]/gu, "?");
  return { uri: wellFormed.split("/").map(encodeURIComponent).join("/") };
}

/** A fix whose new lines hold a credential is left out: SARIF files are uploaded. */
function fixOf({ title, edits }: Fix, input: ReportInput): object | undefined {
  const added = edits.flatMap((edit) => (edit.kind === "lines" ? edit.lines : edit.text)).join("\n");
  if (redact(added) !== added) return undefined;
  const paths = [...new Set(edits.map(({ path }) => path))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifactOf(path, input),
      replacements: edits
        .filter((edit) => edit.path === path)
        .map((edit) => (edit.kind === "lines" ? replacementOf(edit) : replacementOf(wholeFile(edit.path, edit.text)))),
    })),
  };
}

function wholeFile(path: string, text: string): LineEdit {
  return { kind: "lines", path, startLine: 1, endLine: 0, lines: text.replace(/\n$/, "").split("\n") };
}

/** Whole lines: from column 1 of the first to column 1 of the line after the last (section 3.57). */
function replacementOf({ startLine, endLine, lines }: LineEdit): object {
  return {
    deletedRegion: { startLine, startColumn: 1, endLine: endLine + 1, endColumn: 1 },
    insertedContent: { text: lines.map((line) => `${line}\n`).join("") },
  };
}
