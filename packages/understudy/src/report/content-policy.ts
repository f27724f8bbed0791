import { createHash } from "node:crypto";

/**
 * The policy of a page that is one file: nothing from outside, no form, only the very style and script that it was made with.
 * @param page `style` and `script` as they stand in the page; `hasPictures` allows pictures inside the page.
 */
export function contentPolicyOf(page: {
  readonly style: string;
  readonly script?: string;
  readonly hasPictures?: boolean;
}): string {
  return [
    "default-src 'none'",
    ...(page.hasPictures === true ? ["img-src data:"] : []),
    `style-src '${hashSource(page.style)}'`,
    ...(page.script === undefined ? [] : [`script-src '${hashSource(page.script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashSource(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
