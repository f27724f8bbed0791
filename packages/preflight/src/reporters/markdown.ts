import { assertNever } from "#model/assert-never.js";
import { printable } from "./printable.js";
import type { Block, Inline, Text } from "./report-blocks.js";
import { reportDocument } from "./report-document.js";
import type { ReportInput } from "./report-input.js";

/** The validation report as GitHub's Markdown. */
export function renderMarkdown(input: ReportInput): string {
  return `${reportDocument(input).map(blockText).join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case "paragraph":
      return lineText(block.text);
    case "list":
      return block.items
        .map((item, index) => `${block.isOrdered ? `${index + 1}.` : "-"} ${lineText(item)}`)
        .join("\n");
    case "table":
      return tableText(block.head, block.rows);
    default:
      return assertNever(block);
  }
}

function tableText(head: readonly string[], rows: readonly (readonly Text[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(head.map(escapeMarkdown)),
    `|${"---|".repeat(head.length)}`,
    // A code span does not hide a pipe from a table (GFM, section 4.10).
    ...rows.map((row) => line(row.map((cell) => lineText(cell).replace(/(?<!\\)\|/g, "\\|")))),
  ].join("\n");
}

function lineText(text: Text): string {
  return text.map(inlineText).join("");
}

function inlineText(inline: Inline): string {
  return typeof inline === "string" ? escapeMarkdown(inline) : codeSpan(printable(inline.code));
}

function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*[\]|~]/g, "\\$&")
    .replaceAll("<", "&lt;")
    .replace(/(?<!\w)_|_(?!\w)/g, "\\_")
    .replace(/(?<=:)\/\//g, "&#47;/")
    .replaceAll("@", "&#64;");
}

/** More backticks than the code has in a row (CommonMark, section 6.1). */
function codeSpan(code: string): string {
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = code.startsWith("`") || code.endsWith("`") ? " " : "";
  return `${fence}${pad}${code}${pad}${fence}`;
}
