import { describe, expect, it } from "vitest";
import type { FrameIndex, VideoTrack } from "#model/media.js";
import { listThePeople } from "./people-listing.js";
import type { Sighting } from "./sighting.js";

const video = { rotation: 0, widthPixels: 1000, heightPixels: 500 } as VideoTrack;
const index: FrameIndex = {
  presentationSeconds: Array.from({ length: 100 }, (_, frame) => frame / 10),
  endSeconds: 10,
  cutPoints: [],
};
/** Twenty looks, every half second. */
const frames = Array.from({ length: 20 }, (_, i) => 5 * i);

/** An embedding in the plane of two strangers; 90 degrees is another person. */
function sight(frame: number, degrees: number, centerX: number, more: Partial<Sighting> = {}): Sighting {
  const embedding = Array.from({ length: 128 }, () => 0);
  [embedding[0], embedding[1]] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return { frame, box: { centerX, centerY: 200, sizePixels: 100 }, yawDegrees: 0, embedding, ...more };
}
const list = (sightings: Sighting[], track = video) => listThePeople({ frames, sightings }, index, track);

describe("the list of people", () => {
  it("numbers people by the time they are seen, with where and when", () => {
    const { people, left, right } = list([
      ...frames.slice(0, 8).map((frame) => sight(frame, 5, 200)),
      ...frames.map((frame) => sight(frame, 95, 800)),
    ]);
    expect(people.map(({ number, seconds, side }) => ({ number, seconds, side }))).toEqual([
      { number: 1, seconds: 10, side: "right" },
      { number: 2, seconds: 4, side: "left" },
    ]);
    expect(people[1]).toMatchObject({ firstSeconds: 0, lastSeconds: 3.5, meanSizePixels: 100 });
    expect({ left, right }).toEqual({ left: 2, right: 1 });
  });

  it("knows a person again after a cut that swaps sides, and when the head turns", () => {
    const { people } = list(
      frames.flatMap((frame) => [
        sight(frame, frame < 50 ? 0 : 30, frame < 50 ? 200 : 800),
        sight(frame, 90, frame < 50 ? 800 : 200),
      ]),
    );
    expect(people.map(({ seconds }) => seconds)).toEqual([10, 10]);
  });

  it("takes two faces of one frame for two people, however alike they are", () => {
    const { people } = list(frames.flatMap((frame) => [sight(frame, 0, 200), sight(frame, 10, 800)]));
    expect(people).toHaveLength(2);
    expect(people.map(({ side }) => side)).toEqual(["left", "right"]);
  });

  it("puts groups together that turn out to be one person", () => {
    const far = frames.slice(0, 5).map((frame) => sight(frame, 0, 200));
    const turned = frames.slice(5, 9).map((frame) => sight(frame, 58, 800));
    const between = frames.slice(9).map((frame) => sight(frame, 30, 500));
    expect(list([...far, ...turned, ...between]).people).toHaveLength(1);
  });

  it("passes over a face that is seen once, and who is only seen from the side", () => {
    const { people } = list([
      ...frames.map((frame) => sight(frame, 0, 200)),
      sight(50, 90, 800),
      ...frames.slice(3, 9).map((frame) => sight(frame, 180, 600, { yawDegrees: 70 })),
    ]);
    expect(people).toHaveLength(1);
    expect(people[0]!.example.faces).toHaveLength(1);
  });

  it("calls somebody who is alone left and right, and nobody when no two are seen together", () => {
    expect(list(frames.map((frame) => sight(frame, 0, 200)))).toMatchObject({ left: 1, right: 1 });
    const never = list(frames.map((frame) => sight(frame, frame < 60 ? 0 : 90, 200)));
    expect(never.people).toHaveLength(2);
    expect([never.left, never.right]).toEqual([undefined, undefined]);
    expect(list([])).toEqual({ people: [] });
  });

  it("says left as the viewer sees it when a player turns the picture", () => {
    const both = frames.flatMap((frame) => [sight(frame, 0, 200), sight(frame, 90, 800)]);
    const upright = list(both);
    const upsideDown = list(both, { ...video, rotation: 180 });
    expect([upright.left, upright.right]).toEqual([1, 2]);
    expect([upsideDown.left, upsideDown.right]).toEqual([2, 1]);
  });

  it("keeps views that differ, and none that may be somebody else's", () => {
    const { people } = list(frames.map((frame, i) => sight(frame, i * 2, 200)));
    expect(people[0]!.views).toHaveLength(8);
    expect(new Set(people[0]!.views.map(([first]) => first)).size).toBe(8);
  });
});
