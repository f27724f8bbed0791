import { describe, expect, it } from "vitest";
import {
  freshAttention,
  isGathered,
  isNewsDue,
  nextNeedAt,
  noteFailure,
  noteHookLook,
  noteNews,
  notePoll,
  noteSuccess,
  noteWritten,
} from "./attention.js";

const minute = 60_000;

describe("what a connection needs next", () => {
  it("is everything at first, then a poll every so often, and a look after its webhook each hour", () => {
    const attention = freshAttention();
    expect(nextNeedAt(attention)).toBe(-Infinity);
    noteHookLook(attention, 0);
    notePoll(attention, 0, 10_000);
    expect(nextNeedAt(attention)).toBe(10_000);
    notePoll(attention, 0, 100 * minute);
    expect(nextNeedAt(attention)).toBe(60 * minute);
  });

  it("is a poll each five minutes once its webhook has told something", () => {
    const attention = freshAttention();
    attention.isTold = true;
    noteHookLook(attention, 0);
    notePoll(attention, 0, 10_000);
    expect(nextNeedAt(attention)).toBe(5 * minute);
  });

  it("is to read news at once, but while results are written each five seconds only", () => {
    const attention = freshAttention();
    expect(isNewsDue(attention, true, 0)).toBe(true);
    noteNews(attention, 0);
    expect(isNewsDue(attention, false, 0)).toBe(false);
    attention.hasNews = true;
    expect(isNewsDue(attention, false, 0)).toBe(true);
    expect(isNewsDue(attention, true, 4_999)).toBe(false);
    expect(isNewsDue(attention, true, 5_000)).toBe(true);
  });

  it("is to write ten rows at once, and fewer after a second", () => {
    const attention = freshAttention();
    expect(isGathered(attention, 0, 0)).toBe(false);
    expect(isGathered(attention, 3, 100)).toBe(false);
    expect(attention.gatherUntil).toBe(1_100);
    expect(isGathered(attention, 10, 200)).toBe(true);
    noteWritten(attention);
    expect(isGathered(attention, 9, 300)).toBe(false);
    expect(isGathered(attention, 9, 1_299)).toBe(false);
    expect(isGathered(attention, 9, 1_300)).toBe(true);
    // They could not be written, and have waited long enough.
    expect(isGathered(attention, 9, 1_400)).toBe(true);
    expect(isGathered(attention, 0, 1_500)).toBe(false);
    expect(attention.gatherUntil).toBeUndefined();
  });

  it("is quiet after a failure that passes, ever longer up to a minute, and never together with others", () => {
    const attention = freshAttention();
    const quiets = Array.from({ length: 8 }, () => {
      noteFailure(attention, { code: "airtable-unavailable" }, 0, 1);
      return attention.quietUntil;
    });
    expect(quiets).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, minute, minute]);
    noteSuccess(attention);
    noteFailure(attention, { code: "airtable-unavailable" }, 0, 0);
    expect(attention.quietUntil).toBe(500);
    notePoll(attention, 0, minute);
    expect(nextNeedAt(attention)).toBe(500);
  });

  it("is not kept from telling rows, such as that a video is gone, by a key that holds no longer", () => {
    const attention = freshAttention();
    noteFailure(attention, { code: "forbidden" }, 0, 1);
    expect(attention.quietUntil).toBe(1_000);
  });

  it.each(["airtable-token", "airtable-table"] as const)(
    "is quiet for five minutes after %s, which a person has to mend, and then asks whether it was",
    (code) => {
      const attention = { ...freshAttention(), mustLook: false };
      noteFailure(attention, { code }, 0, 0);
      expect(attention.quietUntil).toBe(5 * minute);
      expect(attention.mustLook).toBe(true);
    },
  );
});
