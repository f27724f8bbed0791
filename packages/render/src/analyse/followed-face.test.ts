import { describe, expect, it } from "vitest";
import { FaceStory, type FollowedFrame } from "./followed-face.js";

/** Frames with these steps, or with these distances to the next face. */
function frames({ steps = [], apart = [] }: { steps?: number[]; apart?: number[] }): FollowedFrame[] {
  return Array.from({ length: Math.max(steps.length, apart.length) }, (_, n) => ({
    seen: { mesh: new Float32Array() },
    run: "1.1",
    step: steps[n] ?? 0,
    apart: apart[n] ?? Number.POSITIVE_INFINITY,
    name: undefined,
  }));
}

/** A story that was sure of person 0 before these frames. */
function storyOf(told: FollowedFrame[]): FaceStory {
  const story = new FaceStory();
  for (const frame of frames({ steps: [0] })) story.append(frame);
  story.settle(0);
  for (const frame of told) story.append(frame);
  return story;
}

const names = (told: FollowedFrame[]) => told.map(({ name }) => name);

describe("the story of a face", () => {
  it("that stays the same person's is theirs throughout", () => {
    const told = frames({ steps: [0, 0.6, 0] });
    storyOf(told).settle(0);
    expect(names(told)).toEqual([0, 0, 0]);
  });

  it("that became another's changed where it moved most", () => {
    const told = frames({ steps: [0, 0.1, 0.2, 0] });
    storyOf(told).settle(1);
    expect(names(told)).toEqual([0, 0, 1, 1]);
  });

  it("that became another's near another face changed where the two were nearest", () => {
    const told = frames({ steps: [0.9, 0, 0, 0], apart: [2, 0.8, 0.5, 0.9] });
    storyOf(told).settle("stranger");
    expect(names(told)).toEqual([0, 0, "stranger", "stranger"]);
  });

  it("that ends goes on as before while nothing happened, and is nobody's from the first doubt on", () => {
    const [calm, doubtful] = [frames({ steps: [0, 0.1, 0] }), frames({ steps: [0, 0.4, 0] })];
    storyOf(calm).giveUp();
    storyOf(doubtful).giveUp();
    expect(names(calm)).toEqual([0, 0, 0]);
    expect(names(doubtful)).toEqual([0, "stranger", "stranger"]);
  });

  it("that never was sure is nobody's", () => {
    const told = frames({ steps: [0, 0] });
    const story = new FaceStory();
    for (const frame of told) story.append(frame);
    story.giveUp();
    expect(names(told)).toEqual(["stranger", "stranger"]);
  });
});
