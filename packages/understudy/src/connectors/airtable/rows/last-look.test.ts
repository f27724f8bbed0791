import { expect, it } from "vitest";
import { lastLook } from "./last-look.js";
import { badRow, refusalOf } from "./row-failures.js";
import type { KnownRow, RowInputs, RowReading } from "./row.js";

const inputs: RowInputs = {
  source: { kind: "url", url: "https://videos.example/ad.mp4" },
  faces: [{ kind: "url", url: "https://photos.example/jo.jpg" }],
  consent: { kind: "on-record" },
};
const whole = (sha256: string): RowReading => ({ kind: "whole", inputs, sha256 });
const incomplete: RowReading = { kind: "incomplete", missing: ['"Face"'], sha256: "a" };
const unusable: RowReading = { kind: "unusable", failure: refusalOf(badRow("No.")), sha256: "b" };

const inWork: KnownRow = { recordId: "rec", asked: 1, inputsSha256: "A", seenSha256: "A", renderId: "render_1" };
const told: KnownRow = { ...inWork, written: { phase: "processing", asked: 1, run: 1 } };
const ended: KnownRow = { ...inWork, written: { phase: "failed", asked: 1, run: 1 } };

const look = (known: KnownRow, reading: RowReading, isPending: boolean) =>
  lastLook({ known, change: 3 }, { recordId: "rec", isPending, reading });

it("a row that is not in the table any more is gone", () => {
  expect(lastLook({ known: told, change: 3 }, undefined)).toEqual({ kind: "gone" });
});

it.each([
  ["Pending or not, with what was rendered", true, whole("A")],
  ["not Pending, with anything else", false, whole("B")],
  ["Pending, and not whole", true, incomplete],
  ["Pending, and of no use", true, unusable],
])("a row in work that says %s is told, knowing what it holds", (_, isPending, reading) => {
  for (const known of [inWork, told]) {
    const row = { known: { ...known, seenSha256: reading.sha256 }, change: 3 };
    expect(look(known, reading, isPending)).toEqual({ kind: "tell", row });
  }
});

it("a row that says Pending with other inputs is claimed", () => {
  for (const known of [inWork, told, ended]) expect(look(known, whole("B"), true)).toEqual({ kind: "claim" });
});

it("a row that had told an end, as before a retry through the API, is claimed whatever it is Pending with, if it is whole", () => {
  expect(look(ended, whole("A"), true)).toEqual({ kind: "claim" });
  expect(look(ended, unusable, true)).toEqual({ kind: "claim" });
  expect(look(ended, incomplete, true).kind).toBe("tell");
});
