import { expect, it } from "vitest";
import { readScript } from "#speech/index.js";
import { shownWords } from "./shown-words.js";

/** Spoken words last 0.4 s, one after the other, from 1 s on; what is not said stands between two that touch. */
function show(text: string) {
  const tokens = readScript(text);
  let now = 1;
  const times = tokens.map(({ spoken }) => {
    const startSeconds = now;
    now += spoken.length > 0 ? 0.4 : 0;
    return { startSeconds, endSeconds: now };
  });
  return shownWords(tokens, times).map(
    (word) => `${word.text} ${word.startSeconds.toFixed(2)}-${word.endSeconds.toFixed(2)}`,
  );
}

it("lets what nobody says share the time of the word in front of it, and delays no other", () => {
  expect(show("Hello שלום שלום dear 🎉 friend.")).toEqual([
    "Hello 1.00-1.13",
    "שלום 1.13-1.27",
    "שלום 1.27-1.40",
    "dear 1.40-1.60",
    "🎉 1.60-1.80",
    "friend. 1.80-2.20",
  ]);
});

it("puts it beside a word where there is no time for it, and not all of it when it is endless", () => {
  expect(show("🎉 🎉 Hello")).toEqual(["🎉 🎉 Hello 1.00-1.40"]);
  const [hello, bye] = show(`Hello ${"🎉 ".repeat(1600)}bye.`);
  expect(hello).toMatch(/^Hello (🎉 ?){40}… 1\.00-1\.40$/u);
  expect(bye).toBe("bye. 1.40-1.80");
});
