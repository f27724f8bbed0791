import { describe, expect, it } from "vitest";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { RenderPlan, Segment } from "#model/plan.js";
import { createInProcessRun } from "#model/run.js";
import type { AnalyseInput } from "./index.js";
import { findLargest } from "./find-largest.js";
import type { PersonTarget } from "./person-target.js";
import type { Sighting } from "./sighting.js";
import { embeddingOf } from "./testing/scripted-people.js";

/** 60 s with 10 frames a second and a clean cut every second. */
const index: FrameIndex = {
  presentationSeconds: Array.from({ length: 600 }, (_, frame) => frame / 10),
  endSeconds: 60,
  cutPoints: Array.from({ length: 61 }, (_, i) => ({ packet: 10 * i, frame: 10 * i })),
};
const source = { path: "film.mp4", video: { rotation: 0, widthPixels: 1000, heightPixels: 500 } } as SourceMedia;
const plan = { stitch: { mode: "smart" } } as RenderPlan;
const segment = (startFrame: number, endFrame: number, place = 0): Segment => ({
  index: place,
  startFrame,
  endFrame,
  startSeconds: startFrame / 10,
  endSeconds: endFrame / 10,
  treatment: "swap",
});

interface Seen {
  readonly who: number;
  readonly size: number;
  readonly yawDegrees?: number;
}

/** A film in which these people are seen, side by side. */
function film(peopleAt: (frame: number) => readonly Seen[]) {
  const looks: number[] = [];
  const threads = {
    lookForPeople: async ({ frames }: { frames: readonly number[] }) => {
      looks.push(...frames);
      const sightings = frames.flatMap((frame) =>
        peopleAt(frame).map(({ who, size, yawDegrees = 0 }): Sighting => ({
          frame,
          box: { centerX: 200 + 300 * who, centerY: 200, sizePixels: size },
          yawDegrees,
          embedding: Array.from(embeddingOf(who)),
        })),
      );
      return { frames, sightings };
    },
  };
  const find = async (segments: readonly Segment[], limit = 2) => {
    const input = { source, index, plan, threads: { ...threads, limit } as unknown as AnalyseInput["threads"] };
    return (await findLargest(segments, input, createInProcessRun({}))).map(namesOf);
  };
  return { looks, find };
}

/** Whom a target is, and from whom they are told apart. */
function namesOf(target: PersonTarget) {
  const anchor = target.kind === "largest" ? target.anchor : undefined;
  const who = (embedding: Float32Array): number => embedding.indexOf(1);
  return anchor && { is: [...new Set(anchor.embeddings.map(who))], isNot: [...new Set(anchor.others.map(who))] };
}

describe("who is largest in a segment", () => {
  it("is one person for all of it, whoever is larger at its first frame", async () => {
    const { find } = film((frame) => [
      { who: 0, size: frame < 40 ? 120 : 60 },
      { who: 1, size: 100 },
    ]);
    expect(await find([segment(0, 200)])).toEqual([{ is: [1], isNot: [0] }]);
  });

  it("may be another one in another segment, and does not follow from what else is swapped", async () => {
    const { find } = film((frame) => [{ who: frame < 100 ? 0 : 1, size: 100 }]);
    const [first, second] = [segment(5, 95, 0), segment(105, 195, 2)];
    const [is0, is1] = [
      { is: [0], isNot: [] },
      { is: [1], isNot: [] },
    ];
    expect(await find([first, second])).toEqual([is0, is1]);
    expect(await find([second])).toEqual([is1]);
  });

  it("is nobody who passes by for a moment close to the camera", async () => {
    const { find } = film((frame) => [{ who: 0, size: 100 }, ...(frame === 20 ? [{ who: 1, size: 300 }] : [])]);
    expect(await find([segment(0, 400)])).toEqual([{ is: [0], isNot: [] }]);
  });

  it("is found at the same frames, however many threads there are", async () => {
    const looksWith = async (limit: number): Promise<number[]> => {
      const { find, looks } = film(() => [{ who: 0, size: 100 }]);
      await find([segment(5, 155)], limit);
      return looks;
    };
    expect(await looksWith(1)).toEqual([5, 30, 50, 70, 90, 110, 130, 150]);
    expect(await looksWith(16)).toEqual(await looksWith(1));
  });

  it("is looked for three times in a segment without a clean cut, and 60 times in a long one", async () => {
    const { find, looks } = film(() => [{ who: 0, size: 100 }]);
    await find([segment(12, 18)]);
    expect(looks.splice(0)).toEqual([12, 14, 16]);
    await find([segment(0, 600)]);
    expect(looks.length).toBeLessThanOrEqual(60);
  });

  it("is known from the side when they are never seen otherwise, and unknown when nobody is seen", async () => {
    const turned = film(() => [{ who: 0, size: 100, yawDegrees: 70 }]);
    expect(await turned.find([segment(0, 100)])).toEqual([{ is: [0], isNot: [] }]);
    expect(await film(() => []).find([segment(0, 100)])).toEqual([undefined]);
  });
});
