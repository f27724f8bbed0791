import type { Level } from "#model/finding.js";
import { distinctFindings } from "#verdict.js";
import { printable } from "./printable.js";
import type { ReportInput } from "./report-input.js";

/** Workflow commands that GitHub shows beside the lines of a pull request. */
export function renderGithub({ result, pathPrefix }: ReportInput): string {
  const { findings, unjudged, verdict } = result.verdict;
  const annotations = distinctFindings(findings).map(({ level, location, ruleId, ruleName, message, remedy }) => {
    const properties = [
      ["file", pathPrefix + location.path],
      ["line", String(location.line)],
      ...(location.endLine === undefined ? [] : [["endLine", String(location.endLine)] as const]),
      ["title", `${ruleId} ${ruleName}`],
    ] as const;
    const written = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(",");
    return `::${commandByLevel[level]} ${written}::${escapeData(`${message}\n${remedy}`)}`;
  });
  const open = unjudged.map(({ reason, remedy }) => `::warning title=not judged::${escapeData(`${reason} ${remedy}`)}`);
  return `${[...annotations, ...open, `preflight: ${verdict}`].join("\n")}\n`;
}

const commandByLevel: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

/** After actions/toolkit, packages/core/src/command.ts. */
function escapeData(text: string): string {
  const lines = text.split("\n").map(printable).join("\n");
  return lines.replaceAll("%", "%25").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(printable(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
