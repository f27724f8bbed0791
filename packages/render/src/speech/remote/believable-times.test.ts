import { describe, expect, it } from "vitest";
import { readScript } from "#speech/text/read-script.js";
import { believableTimes } from "./believable-times.js";
import type { ClaimedWord } from "./speak-answer.js";

const tokens = readScript("One two 🙂 three four.");

const said = (tokenIndex: number, startSeconds: number, endSeconds: number, text?: string): ClaimedWord => ({
  tokenIndex,
  text: text ?? tokens[tokenIndex]?.display ?? "",
  startSeconds,
  endSeconds,
});

const good = [said(0, 0.1, 0.4), said(1, 0.4, 0.8), said(3, 1, 1.5), said(4, 1.6, 2)];

const pairs = (words: readonly ClaimedWord[]) =>
  believableTimes(words, tokens, 2)?.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);

describe("times that an engine claims", () => {
  it("are taken, in the order of the script, and an unspoken token has the gap", () => {
    const times = [
      [0.1, 0.4],
      [0.4, 0.8],
      [0.8, 1],
      [1, 1.5],
      [1.6, 2],
    ];
    expect(pairs(good)).toEqual(times);
    expect(pairs(good.toReversed())).toEqual(times);
    expect(pairs([...good, said(2, 0, 2)])).toEqual(times);
  });

  it("meet in the middle where they overlap, and end with the sound", () => {
    const [first, , third] = good;
    expect(pairs([first!, said(1, 0.3, 0.8), third!, said(4, 1.4, 9)])).toEqual([
      [0.1, 0.35],
      [0.35, 0.8],
      [0.8, 1],
      [1, 1.45],
      [1.45, 2],
    ]);
  });

  it.each([
    ["there are none", []],
    ["one of four is missing", good.slice(1)],
    ["one begins behind the sound's end", [...good.slice(0, 3), said(4, 2, 2.5)]],
    ["one has no length", [...good.slice(1), said(0, 0.1, 0.1)]],
    ["one runs backwards", [...good.slice(1), said(0, 0.4, 0.1)]],
    ["one is before the token in front of it", [...good.slice(0, 3), said(4, 0.5, 0.6)]],
    ["one is another word", [...good.slice(1), said(0, 0.1, 0.4, "Won")]],
    ["one is of a token that is not there", [...good.slice(1), said(7, 0.1, 0.4)]],
    ["all are at once", [0, 1, 3, 4].map((index) => said(index, 0, 1))],
  ])("are not believed when %s", (_what, words) => {
    expect(believableTimes(words, tokens, 2)).toBeUndefined();
  });

  it("of many are believed without a few", () => {
    const long = readScript(Array.from({ length: 20 }, () => "word").join(" "));
    const claimed = long.slice(0, 18).map((_, i) => ({ ...said(i, i, i + 1), text: "word" }));
    const times = believableTimes(claimed, long, 20);
    expect(times?.map(({ startSeconds }) => startSeconds)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(believableTimes(claimed.slice(1), long, 20)).toBeUndefined();
  });
});
