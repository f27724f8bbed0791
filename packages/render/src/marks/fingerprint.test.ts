import { describe, expect, it } from "vitest";
import { createPlanes } from "#media/colour-conversion.js";
import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { compareFingerprints, looksAlikeSimilarity } from "./fingerprint-compare.js";
import { createFingerprinter, createLookupFingerprinter, fingerprintSeconds } from "./fingerprint.js";

interface Look {
  readonly widthPixels?: number;
  readonly heightPixels?: number;
  readonly level?: number;
  readonly contrast?: number;
  /** Share that is cut off at the left and at the top. */
  readonly lost?: number;
}

/** One picture of a film that a seed makes: blobs that wander slowly. */
function picture(seed: number, seconds: number, look: Look = {}): PlanarFrame {
  const { widthPixels = 96, heightPixels = 64, level = 110, contrast = 50, lost = 0 } = look;
  const frame = createPlanes(widthPixels, heightPixels);
  for (let row = 0; row < heightPixels; row++) {
    for (let column = 0; column < widthPixels; column++) {
      const x = lost + ((1 - lost) * column) / widthPixels;
      const y = lost + ((1 - lost) * row) / heightPixels;
      let light = 0;
      for (let blob = 1; blob <= 5; blob++) {
        const phase = seed * blob * 2.4 + seconds * 0.9;
        light += Math.sin((2 + blob) * 2 * (x - 0.5) * Math.cos(phase) + (1 + blob) * 3 * y + phase) / blob;
      }
      frame.y[row * widthPixels + column] = Math.max(16, Math.min(235, level + contrast * light));
    }
  }
  return frame;
}

/** Seconds of a film's frames, five a second. */
const times = (from: number, to: number): number[] =>
  Array.from({ length: Math.round((to - from) * 5) }, (_, frame) => from + frame / 5);

function kept(seed: number, seconds = times(0, 6), look: Look = {}) {
  const fingerprinter = createFingerprinter({ rotation: 0 });
  for (const time of seconds) fingerprinter.add(picture(seed, time, look), time);
  return fingerprinter.finish();
}

function lookup(seed: number, seconds = times(0, 6), look: Look = {}) {
  const fingerprinter = createLookupFingerprinter({ rotation: 0 });
  for (const time of seconds) fingerprinter.add(picture(seed, time, look), time);
  return fingerprinter.finish();
}

describe("fingerprint", () => {
  it("is one hash of 16 hex digits a second", () => {
    const { stepSeconds, hashes } = kept(1);
    expect(stepSeconds).toBe(1);
    expect(hashes).toHaveLength(6);
    expect(hashes.every((hash) => /^[0-9a-f]{16}$/.test(hash))).toBe(true);
  });

  it("is the same when the hashes of frames that are not looked at again are given, however long the film", () => {
    const film = Array.from({ length: 1400 }, (_, frame) => frame / 2);
    const pictures = [0, 1, 2, 3].map((seconds) => picture(1, seconds));
    const lookAt = (fingerprinter: ReturnType<typeof createFingerprinter>, time: number) => {
      if (fingerprinter.wants(time)) fingerprinter.add(pictures[Math.floor(time) % 4]!, time);
    };
    const isLookedAtTwice = (time: number) => time % 20 < 3;
    const first = createFingerprinter({ rotation: 0 });
    for (const time of film) lookAt(first, time);
    const known = new Map(first.samples().map(({ seconds, hash }) => [seconds, hash]));
    const second = createFingerprinter({ rotation: 0 });
    for (const time of film) {
      const hash = known.get(time);
      if (isLookedAtTwice(time)) lookAt(second, time);
      else if (hash !== undefined) second.addHash(hash, time);
    }
    const whole = first.finish();
    expect(whole.stepSeconds).toBe(2);
    expect(second.finish()).toEqual(whole);
  });

  it("says 1 of the same film, and little of another", () => {
    expect(compareFingerprints(kept(1), kept(1))).toEqual({ similarity: 1, offsetSeconds: 0, comparedSamples: 6 });
    expect(compareFingerprints(lookup(2), kept(1)).similarity).toBeLessThan(looksAlikeSimilarity);
  });

  it("recognises a film that is brighter, flatter and half as large", () => {
    const copy = kept(1, times(0, 6), { widthPixels: 48, heightPixels: 32, level: 140, contrast: 35 });
    expect(compareFingerprints(copy, kept(1)).similarity).toBeGreaterThan(0.9);
  });

  it("recognises a crop of a tenth only as a lookup", () => {
    const cropped = { lost: 0.1 };
    expect(compareFingerprints(lookup(1, times(0, 6), cropped), kept(1)).similarity).toBeGreaterThan(0.95);
    expect(compareFingerprints(kept(1, times(0, 6), cropped), kept(1)).similarity).toBeLessThan(0.9);
  });

  it("finds where a trimmed copy begins, whichever of the two is the longer", () => {
    const trimmed = compareFingerprints(lookup(1, times(2.4, 5.4)), kept(1));
    expect(trimmed.similarity).toBeGreaterThan(0.9);
    expect(trimmed.offsetSeconds).toBeCloseTo(2.4, 0);
    const longer = compareFingerprints(kept(1, times(0, 6)), kept(1, times(2, 6)));
    expect(longer).toEqual({ similarity: 1, offsetSeconds: -2, comparedSamples: 4 });
  });

  it("is the same for a film that is stored turned", () => {
    const upright = picture(1, 0, { widthPixels: 128, heightPixels: 64 });
    const hashes = ([0, 90, 180, 270] as const).map((rotation) => {
      const fingerprinter = createFingerprinter({ rotation });
      fingerprinter.add(storedTurned(upright, rotation), 0);
      return fingerprinter.finish().hashes;
    });
    expect(new Set(hashes.flat()).size).toBe(1);
  });

  it("keeps at most 600 samples however long the film is, however its clock jumps", () => {
    const frame = picture(1, 0, { widthPixels: 16, heightPixels: 16 });
    const long = createFingerprinter({ rotation: 0 });
    for (let second = 0; second < 1300; second++) long.add(frame, second);
    expect(long.finish()).toMatchObject({ stepSeconds: 4, hashes: { length: 325 } });
    const wild = createFingerprinter({ rotation: 0 });
    for (const second of [Number.NaN, -5, 2 ** 50, 3, Number.POSITIVE_INFINITY]) wild.add(frame, second);
    expect(wild.finish().hashes.length).toBeLessThanOrEqual(600);
  });

  it("compares films that were sampled at different steps", () => {
    const fine = kept(1, times(0, 12));
    const coarse = { ...fine, stepSeconds: 2, hashes: fine.hashes.filter((_, place) => place % 2 === 0) };
    expect(compareFingerprints(fine, coarse)).toEqual({ similarity: 1, offsetSeconds: 0, comparedSamples: 6 });
    expect(compareFingerprints(coarse, fine)).toEqual({ similarity: 1, offsetSeconds: 0, comparedSamples: 6 });
  });

  it("says nothing of black pictures, of an empty film and of another algorithm's hashes", () => {
    const nothing = { similarity: 0, offsetSeconds: 0, comparedSamples: 0 };
    const black = kept(1, times(0, 4), { contrast: 0, level: 16 });
    expect(new Set(black.hashes)).toEqual(new Set(["0000000000000000"]));
    expect(compareFingerprints(black, black)).toEqual(nothing);
    expect(compareFingerprints(kept(1, []), kept(1))).toEqual(nothing);
    expect(compareFingerprints({ ...kept(1), algorithm: "other" }, kept(1))).toEqual(nothing);
    expect(compareFingerprints({ ...kept(1), stepSeconds: 0 }, kept(1))).toEqual(nothing);
  });
});

/** The stored picture that a clockwise turn makes upright; even sizes, luma only. */
function storedTurned(upright: PlanarFrame, rotation: Rotation): PlanarFrame {
  const { widthPixels: width, heightPixels: height } = upright;
  const isSideways = rotation === 90 || rotation === 270;
  const stored = createPlanes(isSideways ? height : width, isSideways ? width : height);
  for (let row = 0; row < stored.heightPixels; row++) {
    for (let column = 0; column < stored.widthPixels; column++) {
      const [x, y] =
        rotation === 0
          ? [column, row]
          : rotation === 90
            ? [width - 1 - row, column]
            : rotation === 180
              ? [width - 1 - column, height - 1 - row]
              : [row, height - 1 - column];
      stored.y[row * stored.lumaStride + column] = upright.y[y * width + x]!;
    }
  }
  return stored;
}

it("knows by their times which frames it will look at, also of a film that begins late, pauses, and is longer than ten minutes", () => {
  const film = [...times(0.4, 3), ...times(5.1, 700)];
  const fingerprinter = createFingerprinter({ rotation: 0 });
  const looked = film.filter((seconds) => {
    const isWanted = fingerprinter.wants(seconds);
    if (isWanted) fingerprinter.addHash("8123456789abcdef", seconds);
    return isWanted;
  });
  expect(fingerprintSeconds(film)).toEqual(looked);
  expect(looked.slice(0, 4)).toEqual([film[0], film[5], film[10], film[13]]);
});
