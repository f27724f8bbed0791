/** A piece of a formula. */
export type FormulaToken =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  /** A field in braces. */
  | { readonly kind: "field"; readonly value: string }
  /** A function's name, or a field's without braces. */
  | { readonly kind: "word"; readonly value: string }
  | { readonly kind: "sign"; readonly value: string };

const pattern =
  /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\{((?:[^}\\]|\\.)*)\}|(\d+(?:\.\d+)?)|(!=|[=(),])|([\p{L}_][\p{L}\p{N}_]*))\s*/suy;

/** Cuts a formula into its pieces; undefined when it holds something else. A backslash takes the next character as it is. */
export function formulaTokens(formula: string): readonly FormulaToken[] | undefined {
  const tokens: FormulaToken[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < formula.length) {
    const match = pattern.exec(formula);
    if (match === null) {
      return undefined;
    }
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf([, single, double, field, number, sign, word]: readonly (string | undefined)[]): FormulaToken {
  const text = single ?? double;
  if (text !== undefined) {
    return { kind: "text", value: unescaped(text) };
  }
  if (field !== undefined) {
    return { kind: "field", value: unescaped(field) };
  }
  if (number !== undefined) {
    return { kind: "number", value: Number(number) };
  }
  return sign === undefined ? { kind: "word", value: word ?? "" } : { kind: "sign", value: sign };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gsu, "$1");
}
