import { createActor, drawPortrait, type ActorSpec } from "@understudy/actors";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RgbImage } from "#model/image.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { checkPhoto, type AcceptedPhoto } from "./photo-gate.js";

/** Ten tones from the lightest to the darkest that the actors have, as many as the Monk scale. */
const tones = Array.from({ length: 10 }, (_, k) => k / 9);
const faces: readonly ActorSpec[] = [
  { seed: 12, presentation: "masculine", hair: "buzz" },
  { seed: 21, presentation: "feminine", hair: "long" },
];
/** A dim room and the actor's own light. */
const exposures = [0.3, 1];
/** Means of two tones may differ by this much. */
const tolerance = { skinCoverage: 0.05, shownShare: 0.02 } as const;

const nets = leaseFaceNets();
let check: (photo: RgbImage) => Promise<AcceptedPhoto>;
beforeAll(async () => {
  const [detector, landmarks] = await Promise.all([nets.detector(), nets.landmarks()]);
  check = (photo) => checkPhoto(photo, detector, landmarks);
});
afterAll(() => nets.release());

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("faces of every skin tone are accepted in dim and plain light, and covered alike", async () => {
  const rows = [];
  for (const skinTone of tones) {
    const accepted: AcceptedPhoto[] = [];
    for (const face of faces) {
      const actor = createActor({ ...face, beard: "none", glasses: false, skinTone });
      for (const exposure of exposures) {
        const { rgb } = drawPortrait(actor, { width: 300, height: 300, faceHeight: 0.6, state: {}, exposure });
        accepted.push(await check({ widthPixels: 300, heightPixels: 300, rgb }));
      }
    }
    rows.push({
      skinCoverage: mean(accepted.map(({ texture }) => texture.skinCoverage)),
      shownShare: mean(accepted.map(({ texture }) => texture.shownShare)),
    });
  }
  for (const key of ["skinCoverage", "shownShare"] as const) {
    const values = rows.map((row) => row[key]);
    expect(
      Math.max(...values) - Math.min(...values),
      `${key}: ${values.map((v) => v.toFixed(3)).join(" ")}`,
    ).toBeLessThan(tolerance[key]);
  }
}, 300_000);
