import { expect, it } from "vitest";
import { createActor } from "./actor.js";
import { drawPerson, type HairStyle } from "./person.js";

it("is decided by the seed", () => {
  expect(drawPerson({ seed: 7 })).toEqual(drawPerson({ seed: 7 }));
  expect(drawPerson({ seed: 7 }).shape).not.toEqual(drawPerson({ seed: 8 }).shape);
});

it("keeps the rest of a person when the spec fixes a part", () => {
  const drawn = drawPerson({ seed: 7, presentation: "masculine" });
  const fixed = drawPerson({ seed: 7, presentation: "masculine", skinTone: 0.9, beard: "full", glasses: true });
  expect(fixed).toMatchObject({ skinTone: 0.9, beard: "full", hasGlasses: true, ageYears: drawn.ageYears });
  expect(fixed.browThickness).toBe(drawn.browThickness);
});

it("keeps the face when the spec fixes the hair", () => {
  const styles: HairStyle[] = ["bald", "bun", "afro"];
  const drawn = drawPerson({ seed: 7 });
  for (const hair of styles) expect(drawPerson({ seed: 7, hair })).toEqual({ ...drawn, hairStyle: hair });
});

it("has every tone, age and build among many seeds", () => {
  const people = Array.from({ length: 200 }, (_, seed) => drawPerson({ seed }));
  expect(people.filter((p) => p.presentation === "feminine").length).toBeGreaterThan(70);
  expect(people.filter((p) => p.skinTone < 0.33).length).toBeGreaterThan(40);
  expect(people.filter((p) => p.skinTone > 0.67).length).toBeGreaterThan(40);
  expect(people.filter((p) => p.ageYears > 50).length).toBeGreaterThan(15);
  expect(new Set(people.map((p) => p.hairStyle)).size).toBe(10);
});

it("refuses a seed that is no whole number", () => {
  expect(() => createActor({ seed: 0.5 })).toThrow(RangeError);
});
