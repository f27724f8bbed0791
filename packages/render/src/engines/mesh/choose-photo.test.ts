import { describe, expect, test } from "vitest";
import type { HeadPose } from "#face-mesh/mesh-measures.js";
import { createPhotoChoice, type FramePose, type PhotoBlend } from "./choose-photo.js";

const front = { yawDegrees: 0, pitchDegrees: 0 };
const right = { yawDegrees: 30, pitchDegrees: 0 };
const left = { yawDegrees: -30, pitchDegrees: 0 };

/** Poses of consecutive frames of one run. */
const looking = (yaws: readonly number[], run = 0): FramePose[] =>
  yaws.map((yawDegrees) => ({ yawDegrees, pitchDegrees: 0, run }));
const still = (yaw: number, count: number): number[] => Array.from({ length: count }, () => yaw);

/** The blends of a whole segment, frame after frame. */
function choosePhotos(
  photos: readonly HeadPose[],
  frames: readonly (FramePose | undefined)[],
): readonly (PhotoBlend | undefined)[] {
  const choice = createPhotoChoice(photos, (n) => frames[n]);
  return frames.map((pose, n) => pose && choice(n));
}

/** Share of a photo in a blend. */
function shareOf(blend: PhotoBlend | undefined, photo: number): number {
  if (blend === undefined) return 0;
  const { other } = blend;
  if (blend.photo === photo) return 1 - (other?.share ?? 0);
  return other?.photo === photo ? other.share : 0;
}

const changes = (blends: readonly (PhotoBlend | undefined)[]): number =>
  blends.filter((blend, n) => n > 0 && blend?.photo !== blends[n - 1]?.photo).length;

describe("the photo for each frame", () => {
  test("is the one whose head is turned most like the person's", () => {
    const [middle, turned] = [choosePhotos([front, right, left], looking(still(4, 30))), looking(still(-22, 30))];
    expect(middle.every((blend) => blend?.photo === 0 && blend.other === undefined)).toBe(true);
    expect(choosePhotos([front, right, left], turned).every((blend) => blend?.photo === 2)).toBe(true);
  });

  test("is the first of two that fit equally well", () => {
    expect(choosePhotos([front, front], looking([3]))).toEqual([{ photo: 0 }]);
  });

  test("is the only one there is", () => {
    expect(choosePhotos([right], looking([-40, 0, 40]))).toEqual([{ photo: 0 }, { photo: 0 }, { photo: 0 }]);
  });

  test("fades into the next one over 13 frames, never by more than a thirteenth a frame", () => {
    const blends = choosePhotos([front, right], looking([...still(0, 40), ...still(30, 40)]));
    const shares = blends.map((blend) => shareOf(blend, 1));
    expect(shares[0]).toBe(0);
    expect(shares[79]).toBe(1);
    expect(shares.filter((share) => share > 0 && share < 1)).toHaveLength(12);
    const steps = shares.slice(1).map((share, n) => share - shares[n]!);
    expect(Math.max(...steps)).toBeLessThanOrEqual(1 / 13 + 1e-9);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
  });

  test("stays while a head trembles between two photos or glances aside", () => {
    const tremble = Array.from({ length: 300 }, (_, n) => 15 + 4 * Math.sin(n / 2));
    expect(changes(choosePhotos([front, right], looking(tremble)))).toBe(0);
    const glance = [...still(0, 50), ...still(28, 4), ...still(0, 50)];
    expect(changes(choosePhotos([front, right], looking(glance)))).toBe(0);
  });

  test("follows a slow turn through all photos, each once", () => {
    const turn = Array.from({ length: 240 }, (_, n) => -35 + (70 * n) / 239);
    const blends = choosePhotos([front, right, left], looking(turn));
    expect(changes(blends)).toBe(2);
    expect(blends.map((blend) => blend?.photo).filter((photo, n, all) => photo !== all[n - 1])).toEqual([2, 0, 1]);
  });

  test("is the same for whoever begins in the middle of a long segment, and fades where two windows meet", () => {
    const poses = looking(Array.from({ length: 4000 }, (_, n) => 25 * Math.sin((2 * Math.PI * n) / 1800)));
    const whole = choosePhotos([front, right, left], poses);
    const later = createPhotoChoice([front, right, left], (n) => poses[n]);
    expect([3200, 2699, 2700, 1801].map(later)).toEqual([3200, 2699, 2700, 1801].map((n) => whole[n]));
    const shares = [0, 1, 2].map((photo) => whole.map((blend) => shareOf(blend, photo)));
    const steps = shares.flatMap((of) => of.slice(1).map((share, n) => Math.abs(share - of[n]!)));
    expect(Math.max(...steps)).toBeLessThanOrEqual(1 / 13 + 1e-9);
    expect(changes(whole)).toBe(9);
  });

  test("looks at no more than a window of a long segment, and at nothing when there is one photo", () => {
    let asked = 0;
    const poseAt = (n: number): FramePose => ({ ...front, run: 1, yawDegrees: asked++ && n % 2 });
    createPhotoChoice([front], poseAt)(50_000);
    expect(asked).toBe(0);
    createPhotoChoice([front, right], poseAt)(50_000);
    expect(asked).toBeLessThanOrEqual(1500);
  });

  test("has shares that make one and never shows three photos, however fast the head shakes", () => {
    const shake = Array.from({ length: 200 }, (_, n) => 90 * Math.sin(n / 9));
    for (const blend of choosePhotos([front, right, left], looking(shake))) {
      const shares = [0, 1, 2].map((photo) => shareOf(blend, photo));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      expect(shares.filter((share) => share > 0).length).toBeLessThanOrEqual(2);
    }
  });

  test("changes at a cut without a fade, and is nobody's where there is no face", () => {
    const blends = choosePhotos(
      [front, right],
      [...looking(still(0, 5)), undefined, undefined, ...looking(still(30, 5), 1), ...looking(still(0, 5), 2)],
    );
    expect(blends.map((blend) => blend?.photo)).toEqual([
      ...still(0, 5),
      undefined,
      undefined,
      ...still(1, 5),
      ...still(0, 5),
    ]);
    expect(blends.every((blend) => blend?.other === undefined)).toBe(true);
  });
});
