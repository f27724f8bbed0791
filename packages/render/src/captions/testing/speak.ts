import type { TimedWord } from "#captions/timed-word.js";

/** Times the words of a text as if they were spoken: 0.12 s and 0.05 s a letter, 30 ms apart. */
export function speak(text: string, fromSeconds = 0.4): TimedWord[] {
  let at = fromSeconds;
  return text.split(" ").map((word) => {
    const startSeconds = at;
    const endSeconds = startSeconds + 0.12 + 0.05 * word.length;
    at = endSeconds + 0.03;
    return { text: word, startSeconds, endSeconds };
  });
}
