import { describe, expect, it } from "vitest";
import { createPeopleTracker } from "./people-tracker.js";
import type { PersonTarget } from "./person-target.js";
import { embeddingOf, scriptFilm, type ScriptedFace } from "./testing/scripted-people.js";

/** Two shots of 15 frames. */
const shots = (first: readonly ScriptedFace[], second: readonly ScriptedFace[]) => ({
  script: Array.from({ length: 30 }, (_, n) => (n < 15 ? first : second)),
  brightnessOf: (n: number) => (n < 15 ? 60 : 160),
});

/** Where the face is in each frame that is looked at. */
async function follow({ script, brightnessOf }: ReturnType<typeof shots>, target: PersonTarget, fromFrame = 0) {
  const { frames, nets, embedded } = scriptFilm(script, brightnessOf);
  const tracker = createPeopleTracker(nets, [target], 0);
  const settled = [];
  for (const frame of frames.slice(fromFrame)) {
    await tracker.look(frame);
    settled.push(...tracker.settle(false));
  }
  settled.push(...tracker.settle(true));
  return { places: settled.map(([person]) => person?.seen.mesh[0]), embedded: embedded() };
}

const largest = (who: number, ...others: number[]): PersonTarget => ({
  kind: "largest",
  anchor: { embeddings: [embeddingOf(who)], others: others.map(embeddingOf) },
});
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const changing = shots(
  [
    { who: 0, x: 80, size: 50 },
    { who: 1, x: 220 },
  ],
  [
    { who: 0, x: 80 },
    { who: 1, x: 220, size: 50 },
  ],
);

describe("the tracker of the largest face", () => {
  it("stays with the person behind a cut after which somebody else is larger", async () => {
    expect((await follow(changing, largest(0, 1))).places).toEqual(times(30, 80));
    expect((await follow(changing, { kind: "largest" })).places).toEqual([...times(15, 80), ...times(15, 220)]);
  });

  it.each([5, 15, 20])("finds the same person when it begins at frame %i as when it began before", async (from) => {
    const { places } = await follow(changing, largest(0, 1), from);
    expect(places).toEqual((await follow(changing, largest(0, 1))).places.slice(from));
  });

  it("leaves a shot alone that shows somebody of whom nothing was known", async () => {
    const cutaway = shots([{ who: 0, x: 80 }], [{ who: 1, x: 150 }]);
    expect((await follow(cutaway, largest(0))).places).toEqual([...times(15, 80), ...times(15, undefined)]);
  });

  it("asks only where a face is taken up when the person is alone, and takes one that it cannot tell", async () => {
    const blurred = shots([{ who: 0, x: 80 }], [{ who: 0, x: 150, isBlurred: true }]);
    const { places, embedded } = await follow(blurred, largest(0));
    expect(places).toEqual([...times(15, 80), ...times(15, 150)]);
    expect(embedded).toBe(2);
  });
});
