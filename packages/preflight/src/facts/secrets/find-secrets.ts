import { isLikelyNamedValue, isPlaceholder } from "./likely-real.js";
import { secretShapes, type SecretShape } from "./secret-shapes.js";

/** A stretch of text that is, or may be, a credential. Its value is never kept. */
export interface FoundSecret {
  /** Such as `AWS access key id`. */
  readonly kind: string;
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
  readonly length: number;
  /** False for placeholders, words and the like: worth hiding in a report, not worth a finding. */
  readonly isLikelyReal: boolean;
}

/** Every credential in a text, in order, none overlapping. Time grows with the length of the text, whatever it holds. */
export function findSecrets(text: string): readonly FoundSecret[] {
  const found = secretShapes.flatMap((shape) => matchesOf(shape, text));
  return merged(found.toSorted((a, b) => a.start - b.start));
}

function matchesOf(shape: SecretShape, text: string): readonly FoundSecret[] {
  if (shape.hints !== undefined && !shape.hints.some((hint) => text.includes(hint))) return [];
  return [...text.matchAll(shape.pattern)].flatMap((match) => {
    const span = match.indices?.slice(1).find((group) => group !== undefined);
    if (span === undefined) return [];
    const [start, end] = span;
    const value = text.slice(start, end);
    const isPublic = isPublished.test(text.slice(Math.max(0, start - 200), start));
    const isReal = isPublic ? false : judge(shape, value, match[0], text[end]);
    return isReal === undefined ? [] : [{ kind: shape.kind, start, end, length: end - start, isLikelyReal: isReal }];
  });
}

/** Web analytics of Cloudflare: every visitor's browser is given its token. A link that invites to a QQ group has an `authKey`. */
const isPublished =
  /data-cf-beacon["'=:\s]{1,20}\S?\{["']token["']\s?:\s?["']$|\/\/q(?:m|un)\.qq\.com\/[^\s"'<>]{1,180}$/;

/** Undefined: no value at all. @param next what follows it: `token = encode(text)` and `token = ids[0]` are code. */
function judge(shape: SecretShape, value: string, whole: string, next: string | undefined): boolean | undefined {
  if (shape.isNamedValue) return next === "(" || next === "[" ? undefined : isLikelyNamedValue(value, whole);
  if (isPlaceholder(value)) return false;
  return shape.isReal?.(value, whole) ?? true;
}

/** A known shape inside a named value is one secret, with the shape's kind and the longer stretch. */
function merged(sorted: readonly FoundSecret[]): readonly FoundSecret[] {
  const result: FoundSecret[] = [];
  for (const next of sorted) {
    const last = result.at(-1);
    if (last === undefined || next.start >= last.end) {
      result.push(next);
      continue;
    }
    const end = Math.max(last.end, next.end);
    result[result.length - 1] = {
      kind: rank(next.kind) < rank(last.kind) ? next.kind : last.kind,
      start: last.start,
      end,
      length: end - last.start,
      isLikelyReal: last.isLikelyReal || next.isLikelyReal,
    };
  }
  return result;
}

const ranks = new Map(secretShapes.map(({ kind }, index) => [kind, index]));
const rank = (kind: string): number => ranks.get(kind) ?? ranks.size;
