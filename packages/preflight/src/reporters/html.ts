import { assertNever } from "#model/assert-never.js";
import type { Block, Inline, Text } from "./report-blocks.js";
import { reportDocument } from "./report-document.js";
import type { ReportInput } from "./report-input.js";
import { xmlText } from "./xml-text.js";

/** The validation report as one HTML file: no script, nothing fetched. */
export function renderHtml(input: ReportInput): string {
  const title = xmlText(`Validation report: ${input.projectName}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${reportDocument(input).map(blockHtml).join("\n")}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${withStatus(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${lineHtml(block.text)}</p>`;
    case "list": {
      const tag = block.isOrdered ? "ol" : "ul";
      return `<${tag}>${block.items.map((item) => `<li>${lineHtml(item)}</li>`).join("")}</${tag}>`;
    }
    case "table":
      return tableHtml(block.head, block.rows);
    default:
      return assertNever(block);
  }
}

function tableHtml(head: readonly string[], rows: readonly (readonly Text[])[]): string {
  const cells = head.map((text) => `<th scope="col">${xmlText(text)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cellHtml(cell)}</td>`).join("")}</tr>`).join("\n");
  return `<div class="table"><table><thead><tr>${cells}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

/** A cell that is one status word is coloured like one. */
function cellHtml(cell: Text): string {
  const [only] = cell;
  if (cell.length !== 1 || typeof only !== "string" || classByWord[only] === undefined) return lineHtml(cell);
  return statusHtml(only);
}

function lineHtml(text: Text): string {
  return text.map(inlineHtml).join("");
}

function inlineHtml(inline: Inline): string {
  return typeof inline === "string" ? xmlText(inline) : `<code>${xmlText(inline.code)}</code>`;
}

/** "Docker image: FAIL" has its last word coloured. */
function withStatus(text: string): string {
  const at = text.lastIndexOf(": ");
  const word = text.slice(at + 2);
  if (at === -1 || classByWord[word] === undefined) return xmlText(text);
  return `${xmlText(text.slice(0, at))} ${statusHtml(word)}`;
}

function statusHtml(word: string): string {
  return `<span class="${classByWord[word]}">${word}</span>`;
}

const classByWord: Readonly<Record<string, string | undefined>> = {
  GO: "good",
  PASS: "good",
  LOW: "good",
  "GO-WITH-WARNINGS": "fair",
  PARTIAL: "fair",
  MEDIUM: "fair",
  "NO-GO": "bad",
  FAIL: "bad",
  HIGH: "bad",
  CRITICAL: "bad",
  YES: "bad",
  UNKNOWN: "open",
  UNVERIFIED: "open",
};

const style = `
:root { color-scheme: light dark; --text: #1c1c1e; --faint: #6a6a70; --rule: #dcdce0; --code: #f3f3f5; --page: #fff;
  --good: #1b7339; --fair: #8a5a00; --bad: #b3261e; --open: #5b4b9a; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e9; --faint: #9a9aa2; --rule: #3a3a40; --code: #26262a;
  --page: #17171a; --good: #6fcf8b; --fair: #e0b050; --bad: #f28b82; --open: #b3a6f0; } }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h1 + p { color: var(--faint); margin-top: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p, ul, ol { margin: .4rem 0; } ul, ol { padding-left: 1.4rem; } li { margin: .15rem 0; }
.table { overflow-x: auto; margin: .6rem 0; } table { border-collapse: collapse; width: 100%; font-size: .92em; }
th { text-align: left; font-weight: 600; color: var(--faint); }
th, td { padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
code { font: .88em ui-monospace, monospace; background: var(--code); padding: .08em .3em; border-radius: 3px;
  overflow-wrap: anywhere; }
td:first-child code { white-space: nowrap; } td:last-child { min-width: 4.5rem; }
.good { color: var(--good); } .fair { color: var(--fair); } .bad { color: var(--bad); } .open { color: var(--open); }
.good, .fair, .bad, .open { font-weight: 600; white-space: nowrap; }
@media print { main { max-width: none; padding: 0; } .table { overflow: visible; } h3 { break-after: avoid; } }
`;
