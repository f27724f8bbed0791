import { type MappedText, mappedRewrite } from "#model/mapped-text.js";

/**
 * Replaces parts of a mapped text; every character of a replacement stands on the line where the replaced part began.
 * @param pattern with the `g` flag.
 * @param replacement undefined leaves the part as it is.
 */
export function rewriteText(
  source: MappedText,
  pattern: RegExp,
  replacement: (found: RegExpExecArray) => string | undefined,
): MappedText {
  const { text } = source;
  const parts: string[] = [];
  const offsets: number[] = [];
  let done = 0;
  const keep = (end: number) => {
    parts.push(text.slice(done, end));
    for (let at = done; at < end; at++) offsets.push(at);
  };
  for (const found of text.matchAll(pattern)) {
    const replaced = replacement(found);
    if (replaced === undefined) continue;
    keep(found.index);
    parts.push(replaced);
    for (let i = 0; i < replaced.length; i++) offsets.push(found.index);
    done = found.index + found[0].length;
  }
  if (parts.length === 0) return source;
  keep(text.length);
  return mappedRewrite(source, parts.join(""), offsets);
}
