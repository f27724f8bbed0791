import { expect, it } from "vitest";
import type { FrameIndex } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import { partsOf } from "./film-parts.js";
import type { OpenedClips } from "./open-clips.js";
import type { ExpectedPicture } from "./read-expected.js";

/** Half a second a frame: the fingerprint looks at every other one. */
const secondsPerFrame = 0.5;
/** A group of pictures as it is coded: each picture is followed by the one that is shown before it. */
const codedOrder = [0, 2, 1, 4, 3, 5];

/** A film of groups of six pictures, one letter each: kept or swapped. */
function film(groups: string): { readonly index: FrameIndex; readonly picture: readonly ExpectedPicture[] } {
  const picture = [...groups].flatMap((letter, group) =>
    codedOrder.map((frame, at) => ({
      digest: `${group} ${frame}`,
      isKept: letter === "k",
      isClean: at === 0,
      seconds: (6 * group + frame) * secondsPerFrame,
    })),
  );
  const presentationSeconds = picture.map((_, frame) => frame * secondsPerFrame);
  return { picture, index: { presentationSeconds, endSeconds: picture.length * secondsPerFrame, cutPoints: [] } };
}

const plan = { stitch: { mode: "smart" } } as RenderPlan;
const noClips = {} as OpenedClips;
const marks = { wants: () => true, add: () => {} };

it("decodes what was swapped and the first group behind every join, in one go", () => {
  const { index, picture } = film("kskkk");
  expect(partsOf({ plan, index }, noClips, picture)).toEqual([
    { endPacket: 24, endDecoded: 18 },
    { endPacket: 30, endDecoded: 24 },
  ]);
  const swappedAtBothEnds = film("sks");
  expect(partsOf({ plan, index: swappedAtBothEnds.index }, noClips, swappedAtBothEnds.picture)).toEqual([
    { endPacket: 18, endDecoded: 18 },
  ]);
});

it("decodes the other groups up to the last picture that the fingerprint looks at", () => {
  const { index, picture } = film("skkk");
  // Of the six frames 0, 2 and 4 are looked at; frame 4 is the fourth packet.
  expect(partsOf({ plan, index, marks }, noClips, picture)).toEqual([
    { endPacket: 18, endDecoded: 16 },
    { endPacket: 24, endDecoded: 22 },
  ]);
});
