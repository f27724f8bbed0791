import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { cursorAfter, placeOf } from "./render-cursor.js";

const owner = "owner_0000000000000001";
const place = { createdAt: new Date("2027-01-01T00:00:00.123Z"), id: "render_00000000000000ab" };

it("leads its own owner back to the place", () => {
  expect(placeOf(cursorAfter(place, owner), owner)).toEqual(place);
});

function forged(time: string, id: string): string {
  const text = `${time} ${id}`;
  return Buffer.from(`${text} ${createHash("sha256").update(`${owner} ${text}`).digest("hex").slice(0, 16)}`).toString(
    "base64url",
  );
}

it.each([
  ["another owner's", cursorAfter(place, "owner_0000000000000002")],
  ["one that is cut short", cursorAfter(place, owner).slice(0, -2)],
  ["a forged one without a time", forged("never", place.id)],
  ["a forged one of a time that no database has", forged("-271821-04-20T00:00:00.000Z", place.id)],
  ["a forged one with another id", forged("2027-01-01T00:00:00.123Z", "\0")],
  ["nothing", ""],
])("is refused when it is %s", (_, cursor) => {
  expect(() => placeOf(cursor, owner)).toThrow(expect.objectContaining({ code: "bad-request" }));
});
