import { expect, it } from "vitest";
import type { Segment } from "#model/plan.js";
import { failEarly, judgeMissing } from "./missing-faces.js";

const segments: Segment[] = [
  { index: 0, startSeconds: 0, endSeconds: 5, startFrame: 0, endFrame: 100, treatment: "swap" },
  { index: 1, startSeconds: 5, endSeconds: 6, startFrame: 100, endFrame: 120, treatment: "swap" },
];
const judge = (withoutFace: readonly [number, number], allowMissingFace = false) =>
  judgeMissing(
    [
      { segmentIndex: 0, frames: 100, withoutFace: withoutFace[0] },
      { segmentIndex: 1, frames: 20, withoutFace: withoutFace[1] },
    ],
    segments,
    allowMissingFace,
  );

it("lets a tenth of a segment be without a face, and any share where that is allowed", () => {
  expect(() => judge([10, 2])).not.toThrow();
  expect(() => judge([100, 19], true)).not.toThrow();
});

it("names the segment in which the face is missing", () => {
  expect(() => judge([0, 3])).toThrow("The face is missing in 3 of 20 frames of 5.00-6.00 s.");
});

it("takes a face that is hardly ever there for none", () => {
  expect(() => judge([90, 18])).toThrow(expect.objectContaining({ code: "no-face-in-video" }));
  expect(() => judge([100, 20], true)).toThrow(expect.objectContaining({ code: "no-face-in-video" }));
});

it("ends a segment that can no longer pass, but not while nobody was seen: that may be a video without a face", () => {
  expect(() => failEarly(segments[0]!, 60, 10)).not.toThrow();
  expect(() => failEarly(segments[0]!, 21, 11)).not.toThrow();
  expect(() => failEarly(segments[0]!, 22, 11)).toThrow("more than 10 % of the 100 frames");
});
