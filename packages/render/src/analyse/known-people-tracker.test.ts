import { describe, expect, it } from "vitest";
import { createPeopleTracker, type PersonInFrame } from "./people-tracker.js";
import type { PersonTarget } from "./person-target.js";
import { embeddingOf, scriptFilm, type ScriptedFace, type ScriptedFilm } from "./testing/scripted-people.js";

/** Everybody else is known, too. */
function target(who: number, peopleCount = 3): PersonTarget {
  const others = Array.from({ length: peopleCount }, (_, i) => i).filter((other) => other !== who);
  return { kind: "known", embeddings: [embeddingOf(who)], others: others.map(embeddingOf) };
}

/** Where each target's face is in each frame, and in which run; undefined where it is not there. */
async function follow({ frames, nets }: ScriptedFilm, ...targets: PersonTarget[]) {
  const tracker = createPeopleTracker(nets, targets, 0);
  const settled: (readonly (PersonInFrame | undefined)[])[] = [];
  for (const frame of frames) {
    await tracker.look(frame);
    settled.push(...tracker.settle(false));
  }
  settled.push(...tracker.settle(true));
  return targets.map((_, i) =>
    settled.map((people) => people[i] && { x: people[i].seen.mesh[0]!, run: people[i].run }),
  );
}

const film = (length: number, faces: (n: number) => (ScriptedFace | undefined)[], brightness?: (n: number) => number) =>
  scriptFilm(
    Array.from({ length }, (_, n) => faces(n).filter((face) => face !== undefined)),
    brightness,
  );
const places = (people: readonly ({ x: number } | undefined)[] | undefined) => people?.map((person) => person?.x);
const runs = (people: readonly ({ run: number } | undefined)[] | undefined) => people?.map((person) => person?.run);

describe("the tracker of known people", () => {
  it("gives each frame once, and each target their own face, in the order of the targets", async () => {
    const still = film(25, () => [
      { who: 0, x: 60 },
      { who: 1, x: 200 },
    ]);
    const [second, first] = await follow(still, target(1), target(0));
    expect(places(first)).toEqual(Array.from({ length: 25 }, () => 60));
    expect(places(second)).toEqual(Array.from({ length: 25 }, () => 200));
    expect(new Set(runs(first))).toEqual(new Set([1]));
    expect(still.embedded()).toBeLessThan(10);
  });

  it("does not take a lone face for the person's", async () => {
    const [person] = await follow(
      film(30, () => [{ who: 1, x: 100, size: 60 }]),
      target(0),
    );
    expect(new Set(places(person))).toEqual(new Set([undefined]));
  });

  it("leaves each their face when one passes in front of the other", async () => {
    const crossing = film(60, (n) => [
      { who: 0, x: 150 },
      { who: 1, x: 30 + 4 * n },
    ]);
    const [behind, front] = await follow(crossing, target(0), target(1));
    expect(places(front)).toEqual(Array.from({ length: 60 }, (_, n) => 30 + 4 * n));
    expect(new Set(places(behind))).toEqual(new Set([150, undefined]));
    expect(places(behind)!.slice(0, 22)).toEqual(Array.from({ length: 22 }, () => 150));
    expect(places(behind)!.slice(-22)).toEqual(Array.from({ length: 22 }, () => 150));
    expect(Math.max(...runs(behind)!.map((run) => run ?? 0))).toBe(2);
  });

  it("keeps a stranger who passes in front from getting the face", async () => {
    const crossing = film(60, (n) => [
      { who: 0, x: 150 },
      { who: 2, x: 30 + 4 * n, size: 50 },
    ]);
    const [person] = await follow(crossing, target(0));
    expect(new Set(places(person))).toEqual(new Set([150, undefined]));
    expect(places(person)!.filter((x) => x === 150).length).toBeGreaterThan(40);
  });

  it("follows people over a cut that swaps their sides", async () => {
    const swapped = (n: number) => (n < 15 ? 0 : 1);
    const shots = film(
      30,
      (n) => [
        { who: swapped(n), x: 80 },
        { who: 1 - swapped(n), x: 220 },
      ],
      (n) => (n < 15 ? 60 : 160),
    );
    const [first] = await follow(shots, target(0));
    expect(places(first)).toEqual(Array.from({ length: 30 }, (_, n) => (n < 15 ? 80 : 220)));
    expect(runs(first)).toEqual(Array.from({ length: 30 }, (_, n) => (n < 15 ? 1 : 2)));
  });

  it("finds out later about a cut that nobody noticed, and corrects the frames since", async () => {
    const swapped = (n: number) => (n < 15 ? 0 : 1);
    const nudge = (n: number) => (n < 15 ? 0 : 3);
    const shots = film(40, (n) => [
      { who: swapped(n), x: 80 + nudge(n) },
      { who: 1 - swapped(n), x: 220 + nudge(n) },
    ]);
    const [first, second] = await follow(shots, target(0), target(1));
    expect(places(first)).toEqual(Array.from({ length: 40 }, (_, n) => (n < 15 ? 80 : 223)));
    expect(places(second)).toEqual(Array.from({ length: 40 }, (_, n) => (n < 15 ? 220 : 83)));
  });

  it("knows a person again who left and came back on the other side", async () => {
    const away = film(40, (n) => [
      { who: 1, x: 160 },
      n < 12 ? { who: 0, x: 40 } : n < 25 ? undefined : { who: 0, x: 280 },
    ]);
    const [person] = await follow(away, target(0));
    expect(places(person)!.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 40));
    expect(new Set(places(person)!.slice(12, 25))).toEqual(new Set([undefined]));
    expect(places(person)!.slice(25)).toEqual(Array.from({ length: 15 }, () => 280));
  });

  it("goes on through frames in which nobody can tell who it is, when nobody else is near", async () => {
    const blurred = film(60, (n) => [{ who: 0, x: 100 + n, isBlurred: n > 5 && n < 50 }]);
    const [person] = await follow(blurred, target(0));
    expect(places(person)).toEqual(Array.from({ length: 60 }, (_, n) => 100 + n));
  });

  it("gives nobody the face when it cannot tell which of two that came near each other is whose", async () => {
    const apart = (n: number) => Math.max(13, 80 - 6 * n);
    const meeting = film(40, (n) => [
      { who: 0, x: 150 - apart(n), isBlurred: n > 10 },
      { who: 1, x: 150 + apart(n), isBlurred: n > 10 },
    ]);
    const [first] = await follow(meeting, target(0), target(1));
    expect(places(first)!.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, n) => 150 - apart(n)));
    expect(new Set(places(first)!.slice(12))).toEqual(new Set([undefined]));
  });
});
