import { printable } from "./printable.js";

/** Text for XML or HTML, in an element or in a quoted attribute; newlines stay, other control characters do not. */
export function xmlText(text: string): string {
  const lines = text.split("\n").map(printable).join("\n");
  return lines
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/gu, "?");
}
