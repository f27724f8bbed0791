import { expect, it } from "vitest";
import { parseAacLc } from "./aac-configuration.js";

it.each([
  ["1190", { sampleRateHz: 48_000, channelCount: 2 }],
  ["1210", { sampleRateHz: 44_100, channelCount: 2 }],
  ["1188", { sampleRateHz: 48_000, channelCount: 1 }],
  ["119056e500", { sampleRateHz: 48_000, channelCount: 2 }],
  ["", undefined],
  ["11", undefined],
  // HE-AAC, told in front and behind.
  ["2b920800", undefined],
  ["131056e598", undefined],
  ["119056e580", undefined],
  // 24 kHz, which may hide it; six channels; packets of 960 samples; Main profile.
  ["1310", undefined],
  ["11b0", undefined],
  ["1194", undefined],
  ["0990", undefined],
])("reads %s", (hex, expected) => {
  expect(parseAacLc(Buffer.from(hex, "hex"))).toEqual(expected);
});
