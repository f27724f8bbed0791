import { expect, it } from "vitest";
import { captionSample, isEmptyCaption } from "./caption-sample.js";

it("puts the length in bytes in front of a text", () => {
  expect([...captionSample("")]).toEqual([0, 0]);
  expect(isEmptyCaption(captionSample(""))).toBe(true);
  expect(isEmptyCaption(captionSample(" "))).toBe(false);
  expect([...captionSample("é!")]).toEqual([0, 3, 0xc3, 0xa9, 0x21]);
  expect([...captionSample("x".repeat(300)).subarray(0, 3)]).toEqual([1, 44, 120]);
});

it("refuses a text that the length cannot tell", () => {
  expect(() => captionSample("é".repeat(32_768))).toThrow("A caption of 65536 bytes does not fit into MP4.");
});
