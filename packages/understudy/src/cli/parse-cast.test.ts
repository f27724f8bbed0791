import { describe, expect, it } from "vitest";
import { parseCast } from "./parse-cast.js";

const cast = (faces: readonly string[], persons: readonly string[] = []) => parseCast(faces, persons, "/films");

describe("whose face somebody gets", () => {
  it("is the largest face's when nobody is named, and further photos are of the same person", () => {
    expect(cast(["jo.jpg", "/photos/jo-2.jpg"])).toEqual([
      { person: { kind: "largest" }, facePaths: ["/films/jo.jpg", "/photos/jo-2.jpg"] },
    ]);
  });

  it.each([
    ["left", { kind: "left" }],
    ["3", { kind: "number", number: 3 }],
    ["ref.jpg", { kind: "photo", path: "/films/ref.jpg" }],
    ["by:/photos/ref.jpg", { kind: "photo", path: "/photos/ref.jpg" }],
  ])("is named by --person %s", (who, person) => {
    expect(cast(["jo.jpg"], [who])).toEqual([{ person, facePaths: ["/films/jo.jpg"] }]);
  });

  it("is named with each photo of several people, a second photo by the same name again", () => {
    expect(cast(["left=anna.jpg", "2=ben.jpg", "by:ref.jpg=kim=1.jpg", "left=anna-2.jpg"])).toEqual([
      { person: { kind: "left" }, facePaths: ["/films/anna.jpg", "/films/anna-2.jpg"] },
      { person: { kind: "number", number: 2 }, facePaths: ["/films/ben.jpg"] },
      { person: { kind: "photo", path: "/films/ref.jpg" }, facePaths: ["/films/kim=1.jpg"] },
    ]);
  });

  it("is one person for two spellings of one reference photo", () => {
    expect(cast(["by:ref.jpg=jo.jpg", "by:./ref.jpg=jo-2.jpg"])).toHaveLength(1);
  });

  it.each(["x=y.jpg", "=jo.jpg", "./left=jo.jpg", "Left=jo.jpg"])("is not named in the file name %s", (file) => {
    expect(cast([file])).toMatchObject([{ person: { kind: "largest" } }]);
  });

  it.each<[string, string[], string[], string]>([
    ["no photo", [], [], "needs a photo"],
    ["a name without a photo", ["left="], [], "names no photo"],
    ["photos with and without a name", ["left=anna.jpg", "ben.jpg"], [], "do not"],
    ["--person beside names", ["left=anna.jpg"], ["left"], "--person"],
    ["--person twice", ["jo.jpg"], ["left", "right"], "twice"],
    ["an empty --person", ["jo.jpg"], [""], "No person"],
    ["person 0", ["jo.jpg"], ["0"], "numbered from 1"],
    ["person 0 beside a photo", ["0=jo.jpg"], [], "numbered from 1"],
    ["person -1", ["-1=jo.jpg"], [], "numbered from 1"],
    ["nine people", Array.from({ length: 9 }, (_, i) => `${i + 1}=jo.jpg`), [], "9 people"],
  ])("is refused: %s", (_what, faces, persons, words) => {
    const refusal = { code: "bad-usage", message: expect.stringContaining(words) };
    expect(() => cast(faces, persons)).toThrow(expect.objectContaining(refusal));
  });
});
