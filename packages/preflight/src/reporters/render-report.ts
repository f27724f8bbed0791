import { assertNever } from "#model/assert-never.js";
import { renderGithub } from "./github.js";
import { renderHtml } from "./html.js";
import { renderHuman, type HumanStyle } from "./human.js";
import { renderJson } from "./json.js";
import { renderJunit } from "./junit.js";
import { renderMarkdown } from "./markdown.js";
import type { ReportInput } from "./report-input.js";
import { renderSarif } from "./sarif.js";

/** Names that `--format` takes. */
export const formats = ["human", "json", "sarif", "junit", "github", "report", "report-html"] as const;

/** One of them. */
export type Format = (typeof formats)[number];

/** The result in the format that was asked for. */
export function renderReport(format: Format, input: ReportInput, style: HumanStyle): string {
  switch (format) {
    case "human":
      return renderHuman(input, style);
    case "json":
      return renderJson(input);
    case "sarif":
      return renderSarif(input);
    case "junit":
      return renderJunit(input);
    case "github":
      return renderGithub(input);
    case "report":
      return renderMarkdown(input);
    case "report-html":
      return renderHtml(input);
    default:
      return assertNever(format);
  }
}
