import { describe, expect, it } from "vitest";
import { nameOfPerson, parsePersonChoice, readPersonChoice } from "./person.js";

describe("a person of the video", () => {
  it.each([
    ["largest", { kind: "largest" }, "largest"],
    ["left", { kind: "left" }, "left"],
    ["right", { kind: "right" }, "right"],
    ["2", { kind: "number", number: 2 }, "2"],
    ["999", { kind: "number", number: 999 }, "999"],
    ["by:ref.jpg", { kind: "photo", path: "ref.jpg" }, "photo"],
    ["by:a b/left.jpg", { kind: "photo", path: "a b/left.jpg" }, "photo"],
  ])("%s is read, and named without the path of a photo", (text, choice, name) => {
    expect(readPersonChoice(text)).toEqual(choice);
    expect(parsePersonChoice(text)).toEqual(choice);
    expect(nameOfPerson(parsePersonChoice(text))).toBe(name);
  });

  it.each(["ref.jpg", "Left", " left", "./2", "left.jpg"])("%j is a photo where a person must be named", (text) => {
    expect(readPersonChoice(text)).toBeUndefined();
    expect(parsePersonChoice(text)).toEqual({ kind: "photo", path: text });
  });

  it.each(["0", "-1", "+1", "01", "1000", "", "  ", "by:"])("%j names nobody", (text) => {
    expect(readPersonChoice(text)).toBeUndefined();
    expect(() => parsePersonChoice(text)).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});
