import { expect, test } from "vitest";
import { momentOf, readExpiry } from "./moments.js";

const now = new Date("2024-02-29T10:00:00Z");

test.each([
  ["1d", "2024-03-01T10:00:00.000Z"],
  ["90d", "2024-05-29T10:00:00.000Z"],
  ["1y", "2025-03-01T10:00:00.000Z"],
  ["2024-03-01", "2024-03-01T00:00:00.000Z"],
  ["2024-03-01T12:00:00+02:00", "2024-03-01T10:00:00.000Z"],
])("%s ends at %s", (text, expected) => {
  expect(readExpiry(text, now)).toBe(expected);
});

test.each(["", "0d", "-1d", "10000y", "1 year", "2024-02-29", "2024-02-29T10:00:00Z", "01/03/2030", "2030-13-01"])(
  "%j is no moment to come",
  (text) => {
    expect(() => readExpiry(text, now)).toThrow(expect.objectContaining({ code: "bad-usage" }));
  },
);

test("a time without its zone is no moment", () => {
  expect(momentOf("2024-03-01T12:00:00")).toBeUndefined();
});
