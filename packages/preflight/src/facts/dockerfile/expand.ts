import { lex, LexError } from "./shell-lexer.js";
import type { Expanded } from "./stage.js";

/**
 * Expands variables and removes quotes, after BuildKit's shell lexer. Only instructions whose text BuildKit itself expands
 * go through it: in RUN, CMD and ENTRYPOINT the shell of the image does that.
 * @param escape the escape character of the file.
 * @returns a text that BuildKit would refuse (an open quote, a bad substitution) stays as written.
 */
export function expand(text: string, variables: ReadonlyMap<string, string>, escape = "\\"): Expanded {
  try {
    const lexed = lex(text, { variables, escape });
    return { text: lexed.text, unresolved: [...lexed.unresolved] };
  } catch (error) {
    if (error instanceof LexError) return { text, unresolved: [] };
    throw error;
  }
}
