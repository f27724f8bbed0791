/**
 * Reads JSON as people write it in documents and commands: with comments, trailing commas, `...`, and placeholders such
 * as `$COUNT`, `<seed>` or `{{1.url}}` in the place of values, which become null or stay in their texts.
 * @returns undefined when nothing of the kind can be made of it.
 */
export function parseRelaxedJson(text: string): unknown {
  if (text.length > maxLength) return undefined;
  return parseStrictly(text) ?? parseStrictly(tidied(text));
}

const maxLength = 1 << 20;

const template = /\{\{[^{}]{0,300}\}\}/g;

/** Texts stay; comments, commas before a closing bracket and `...` go; words that JSON does not know become null. */
const token = /"(?:[^"\\\n]|\\[^\n])*"|\/\/[^\n]*|(?<=^|\s)#[^\n]*|,(?=\s*[}\]])|[^\s{}[\]:,"]+/g;

const scalar = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

function tidied(text: string): string {
  const tidy = text.replaceAll(template, "0").replaceAll(token, (found) => {
    if (found.startsWith('"') || scalar.test(found)) return found;
    return /^(?:\/\/|#|,|\.{3}$|…$)/.test(found) ? "" : "null";
  });
  return tidy.replaceAll(/,(?=\s*[}\]])/g, "");
}

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
