import { describe, expect, it } from "vitest";
import { nalTypeOf, joinLengthPrefixed, splitAnnexB, splitLengthPrefixed } from "./nal.js";
import {
  freeParameterSetIds,
  mergeConfigurations,
  parseAvcConfiguration,
  parseSequenceSet,
  writeAvcConfiguration,
} from "./parameter-sets.js";

/** The header of a 1280x720 High profile track that x264 made. */
const record = Buffer.from(
  "0164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe1b2c8b0fdf8f800",
  "hex",
);

describe("parameter sets", () => {
  it("survive reading and writing byte for byte", () => {
    const configuration = parseAvcConfiguration(record);
    if (configuration === undefined) throw new Error("not read");
    expect(Buffer.from(writeAvcConfiguration(configuration)).equals(record)).toBe(true);
    expect(configuration).toMatchObject({ profile: 100, level: 31, lengthBytes: 4 });
  });

  it("tell profile, id, chroma and field coding", () => {
    const [set] = parseAvcConfiguration(record)?.sequenceSets ?? [];
    expect(parseSequenceSet(set ?? new Uint8Array())).toEqual({
      profile: 100,
      compatibility: 0,
      level: 31,
      id: 0,
      chromaFormat: 1,
      bitDepth: 8,
      isFrameOnly: true,
    });
  });

  it("merge to both pairs, the higher level, and no repeats", () => {
    const source = parseAvcConfiguration(record);
    if (source === undefined) throw new Error("not read");
    // Id 1, then whatever.
    const added = Uint8Array.of(0x67, 100, 0, 40, 0b0100_1111);
    const other = { ...source, level: 40, sequenceSets: [added] };
    const merged = mergeConfigurations(source, [other, other]);
    expect(merged.sequenceSets).toHaveLength(2);
    expect(merged.pictureSets).toHaveLength(1);
    expect(merged.level).toBe(40);
    const clash = { ...other, sequenceSets: [Uint8Array.of(0x67, 100, 0, 40, 0b0100_0000)] };
    expect(() => mergeConfigurations(source, [other, clash])).toThrow(/id 1/);
    expect(freeParameterSetIds(source).slice(0, 2)).toEqual([1, 2]);
  });

  it("are refused when they are Annex B or cut short", () => {
    expect(parseAvcConfiguration(Buffer.from("0000000167640028", "hex"))).toBeUndefined();
    expect(parseAvcConfiguration(record.subarray(0, 20))).toBeUndefined();
  });
});

describe("NAL units", () => {
  const nals = [Uint8Array.of(0x67, 1, 2), Uint8Array.of(0x65, 0, 0, 3, 9)];

  it("change their framing without changing their bytes", () => {
    const annexB = Uint8Array.from([0, 0, 0, 1, ...(nals[0] ?? []), 0, 0, 1, ...(nals[1] ?? [])]);
    const split = splitAnnexB(annexB);
    expect(split.map(nalTypeOf)).toEqual([7, 5]);
    expect(splitLengthPrefixed(joinLengthPrefixed(split))).toEqual(nals);
  });

  it("with impossible lengths are not NAL units", () => {
    expect(splitLengthPrefixed(Uint8Array.of(0, 0, 0, 9, 1))).toBeUndefined();
  });
});
