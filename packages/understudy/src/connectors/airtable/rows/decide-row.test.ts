import { describe, expect, test } from "vitest";
import { decideRow } from "./decide-row.js";
import { refusalOf, badRow } from "./row-failures.js";
import type { KnownRow, RowInputs, RowReading, SeenRow, WrittenPhase } from "./row.js";

const now = new Date("2027-01-01T00:01:00Z");
const patience = { now, patienceMs: 10_000 };
const secondsAgo = (seconds: number) => new Date(now.getTime() - 1000 * seconds);

const inputs: RowInputs = {
  source: { kind: "url", url: "https://videos.example/ad.mp4" },
  faces: [{ kind: "url", url: "https://photos.example/jo.jpg" }],
  consent: { kind: "on-record" },
};
const failure = refusalOf(badRow('"Source" holds neither an address nor a file.'));
const whole = (sha256: string): RowReading => ({ kind: "whole", inputs, sha256 });
const incomplete = (sha256: string): RowReading => ({ kind: "incomplete", missing: ['"Face"', '"Source"'], sha256 });
const unusable = (sha256: string): RowReading => ({ kind: "unusable", failure, sha256 });

const pending = (reading: RowReading): SeenRow => ({ recordId: "rec", isPending: true, reading });
const otherwise = (reading: RowReading): SeenRow => ({ recordId: "rec", isPending: false, reading });
/** A row that was asked for twice, with inputs A. */
const known = (written?: WrittenPhase, parts: Partial<KnownRow> = {}): KnownRow => {
  const asked = { recordId: "rec", asked: 2, inputsSha256: "A", seenSha256: "A", renderId: "render_2" };
  return { ...asked, ...(written && { written }), ...parts };
};
const waiting = (seenSha256: string, incompleteSince: Date): KnownRow => {
  return { recordId: "rec", asked: 0, seenSha256, incompleteSince };
};
const untold = known({ phase: "complete", asked: 1 });
const told = known({ phase: "processing", asked: 2 });
const ends = (["complete", "failed", "removed"] as const).map((phase) => known({ phase, asked: 2 }));

const nothing = { kind: "nothing" };
const render = { kind: "render", inputs };

describe("a row that does not say Pending asks for nothing", () => {
  test.each([undefined, untold, told, ...ends])("%#", (row) => {
    expect(decideRow(row, otherwise(whole("B")), patience)).toEqual(nothing);
  });
});

describe("a whole row that says Pending", () => {
  test("is rendered when nothing is known of it", () => {
    expect(decideRow(undefined, pending(whole("A")), patience)).toEqual(render);
  });

  test("is rendered as soon as it is whole, however long it was not", () => {
    expect(decideRow(waiting("a", secondsAgo(9000)), pending(whole("A")), patience)).toEqual(render);
  });

  test.each(ends)("is rendered again behind an end: %#", (row) => {
    expect(decideRow(row, pending(whole("A")), patience)).toEqual(render);
    expect(decideRow(row, pending(whole("B")), patience)).toEqual(render);
  });

  test("is not asked for again as long as it was not told of its first asking", () => {
    expect(decideRow(untold, pending(whole("A")), patience)).toEqual(nothing);
    expect(decideRow(known(), pending(whole("A")), patience)).toEqual(nothing);
  });

  test("is told again that it is in work, when it was told already", () => {
    expect(decideRow(told, pending(whole("A")), patience)).toEqual({ kind: "say-again" });
  });

  test.each([untold, told])("is rendered as it is by now, in the place of what is in work: %#", (row) => {
    expect(decideRow(row, pending(whole("B")), patience)).toEqual({ ...render, replaces: "render_2" });
  });

  test("that was mended before it was told that it was refused is rendered, in the place of nothing", () => {
    const { renderId: _, ...refused } = { ...untold, refusal: failure };
    expect(decideRow(refused, pending(unusable("A")), patience)).toEqual(nothing);
    expect(decideRow(refused, pending(whole("B")), patience)).toEqual(render);
  });
});

describe("a row that is not whole", () => {
  test("is waited for, from the first sight of it as it is", () => {
    expect(decideRow(undefined, pending(incomplete("a")), patience)).toEqual({ kind: "wait", since: now });
    const row = waiting("a", secondsAgo(9));
    expect(decideRow(row, pending(incomplete("a")), patience)).toEqual({ kind: "wait", since: secondsAgo(9) });
    expect(decideRow(row, pending(incomplete("b")), patience)).toEqual({ kind: "wait", since: now });
  });

  test("is refused with the names of what is missing, once nobody went on typing for long", () => {
    expect(decideRow(waiting("a", secondsAgo(10)), pending(incomplete("a")), patience)).toMatchObject({
      kind: "refuse",
      failure: { code: "bad-row", message: 'The row is not filled in: "Face", "Source".' },
    });
  });

  test.each(ends)("is waited for behind an end too: %#", (row) => {
    expect(decideRow(row, pending(incomplete("a")), patience)).toEqual({ kind: "wait", since: now });
  });

  test("does not stop what is in work", () => {
    expect(decideRow(untold, pending(incomplete("a")), patience)).toEqual(nothing);
    expect(decideRow(told, pending(incomplete("a")), patience)).toEqual({ kind: "say-again" });
  });
});

describe("a row that cannot be used", () => {
  test("is refused at once, and again at each asking", () => {
    expect(decideRow(undefined, pending(unusable("A")), patience)).toEqual({ kind: "refuse", failure });
    const refused = known({ phase: "failed", asked: 2 }, { refusal: failure });
    expect(decideRow(refused, pending(unusable("A")), patience)).toEqual({ kind: "refuse", failure });
  });

  test("does not stop what is in work", () => {
    expect(decideRow(told, pending(unusable("B")), patience)).toEqual({ kind: "say-again" });
  });
});
