import { leastWordSeconds, repairWords, type TimedWord } from "#captions/index.js";
import type { SpokenToken, TokenTime } from "#speech/index.js";

/** When a token is heard, and maybe how sure that is. */
type HeardToken = Pick<TokenTime, "startSeconds" | "endSeconds"> & { readonly confidence?: number };

/** Of tokens that nobody says, as much as two lines hold; more is not shown. */
const mostUnsaid = 80;

/**
 * Words for captions. What nobody says, such as emoji or words of another script, shares the time of the word that it follows, so
 * that the next word lights up when it is heard; where that is too little, it stands with that word.
 * @param tokens as many as `times`; at least one of them is spoken.
 */
export function shownWords(tokens: readonly SpokenToken[], times: readonly HeardToken[]): TimedWord[] {
  const spoken = tokens.flatMap((token, at) => (token.spoken.length > 0 ? [at] : []));
  const words = spoken.flatMap((at, i) => {
    const next = spoken[i + 1];
    const head = i === 0 ? displaysOf(tokens.slice(0, at)) : [];
    const word = { ...times[at]!, text: tokens[at]!.display };
    const untilSeconds = next === undefined ? word.endSeconds : times[next]!.startSeconds;
    return shared(word, head, displaysOf(tokens.slice(at + 1, next)), untilSeconds);
  });
  return repairWords(words);
}

function displaysOf(tokens: readonly SpokenToken[]): string[] {
  return tokens.map(({ display }) => display);
}

function shared(
  word: HeardToken & { readonly text: string },
  head: readonly string[],
  unsaid: readonly string[],
  untilSeconds: number,
): TimedWord[] {
  const text = [cut(head), word.text].filter((part) => part !== "").join(" ");
  const share = (untilSeconds - word.startSeconds) / (1 + unsaid.length);
  if (unsaid.length === 0) return [{ ...word, text }];
  if (share < leastWordSeconds) return [{ ...word, text: `${text} ${cut(unsaid)}` }];
  return [text, ...unsaid].map((display, at) => ({
    ...word,
    text: display,
    startSeconds: word.startSeconds + at * share,
    endSeconds: word.startSeconds + (at + 1) * share,
  }));
}

function cut(displays: readonly string[]): string {
  const characters = [...displays.join(" ")];
  return characters.length <= mostUnsaid ? characters.join("") : `${characters.slice(0, mostUnsaid).join("")}…`;
}
