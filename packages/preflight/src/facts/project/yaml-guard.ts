/**
 * Why a YAML text is not handed to the parser; undefined: it may be. A hostile megabyte of `[` takes the parser 13 s and
 * 1 GiB (yaml 2.9.1), far before it gives up.
 */
export function yamlRefusal(text: string): string | undefined {
  return isDeep(text) ? "It is nested too deeply." : undefined;
}

const maxDepth = 100;

/** `- - - x` and `? ? x` open a level with each sign. */
const stackedSigns = new RegExp(String.raw`^[ \t]*(?:[-?:][ \t]+){${maxDepth}}`, "m");

/** Brackets and indentation are counted without regard to quotes: a text that fools it is refused, not hung on. */
function isDeep(text: string): boolean {
  if (stackedSigns.test(text)) return true;
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(0, open - 1);
    if (open > maxDepth) return true;
  }
  return indentLevels(text) > maxDepth;
}

function indentLevels(text: string): number {
  const indents: number[] = [];
  let deepest = 0;
  for (const [, blanks = ""] of text.matchAll(/^( *)[^ \r\n]/gm)) {
    while ((indents.at(-1) ?? -1) >= blanks.length) indents.pop();
    indents.push(blanks.length);
    deepest = Math.max(deepest, indents.length);
  }
  return deepest;
}
