import { createActor, drawPortrait, openScene, type ActorState, type CastMember } from "@understudy/actors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import { squareAround } from "#nets/face-landmarks.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { checkPhoto, measurePhoto, type AcceptedPhoto } from "./photo-gate.js";

const nets = leaseFaceNets();
const actor = createActor({
  seed: 7,
  presentation: "feminine",
  hair: "bun",
  glasses: false,
  skinTone: 0.3,
  ageYears: 30,
});
let check: (photo: RgbImage) => Promise<AcceptedPhoto>;
let measure: (photo: RgbImage) => Promise<ReturnType<typeof measurePhoto>["measures"]>;

beforeAll(async () => {
  const [detector, landmarks] = await Promise.all([nets.detector(), nets.landmarks()]);
  check = (photo) => checkPhoto(photo, detector, landmarks);
  measure = async (photo) => {
    const [face] = await detector.detect(photo);
    const rough = await landmarks.read(photo, { ...face!, sizePixels: 1.5 * face!.sizePixels });
    const { mesh } = await landmarks.read(photo, squareAround(rough.mesh, 1.5));
    return measurePhoto(photo, mesh).measures;
  };
});
afterAll(() => nets.release());

const side = 300;

function portrait(state: Partial<ActorState> = {}, options: { faceHeight?: number; exposure?: number } = {}): RgbImage {
  const { width, height, rgb } = drawPortrait(actor, {
    width: side,
    height: side,
    faceHeight: 0.62,
    state,
    ...options,
  });
  return { widthPixels: width, heightPixels: height, rgb };
}

let plain: RgbImage | undefined;

/** The portrait that is accepted, drawn once. */
function plainPortrait(): RgbImage {
  plain ??= portrait();
  return plain;
}

function scene(actors: readonly CastMember[], width = side): RgbImage {
  const drawn = openScene({ width, height: side, actors }).draw(actors.map(() => ({})));
  return { widthPixels: drawn.width, heightPixels: drawn.height, rgb: drawn.rgb };
}

/** The same picture with every pixel changed. */
function repaint(photo: RgbImage, colour: (value: number, x: number) => number): RgbImage {
  const rgb = photo.rgb.map((value, i) =>
    Math.max(0, Math.min(255, colour(value, Math.floor(i / 3) % photo.widthPixels))),
  );
  return { ...photo, rgb };
}

/** Mean over a square of `2 * reach + 1` pixels. */
function blurred(photo: RgbImage, reach: number): RgbImage {
  const { widthPixels: width, heightPixels: height } = photo;
  let from = photo.rgb;
  for (const step of [3, 3 * width]) {
    const to = new Uint8Array(from.length);
    for (let i = 0; i < from.length; i++) {
      let [sum, count] = [0, 0];
      for (let k = -reach; k <= reach; k++) {
        const value = from[i + k * step];
        if (value === undefined) continue;
        sum += value;
        count++;
      }
      to[i] = sum / count;
    }
    from = to;
  }
  return { widthPixels: width, heightPixels: height, rgb: from };
}

const codeOf = async (photo: RgbImage): Promise<ErrorCode | "accepted"> => {
  try {
    await check(photo);
    return "accepted";
  } catch (thrown) {
    return (thrown as { code: ErrorCode }).code;
  }
};

describe("the photo gate", () => {
  test("accepts a frontal portrait and says what it measured", async () => {
    const { facts, texture } = await check(plainPortrait());
    expect(facts.faceWidthPixels).toBeGreaterThan(120);
    expect(Math.abs(facts.yawDegrees)).toBeLessThan(8);
    expect(facts.skinCoverage).toBeGreaterThan(0.7);
    expect(facts.sideLightRatio).toBeLessThan(1.9);
    expect(texture.cover.some((share) => share > 0.99)).toBe(true);
  });

  test("accepts every skin tone", async () => {
    for (const skinTone of [0, 0.5, 1]) {
      const other = createActor({
        seed: 12,
        presentation: "masculine",
        hair: "buzz",
        beard: "none",
        glasses: false,
        skinTone,
      });
      const { rgb } = drawPortrait(other, { width: side, height: side, faceHeight: 0.6, state: {} });
      expect(await codeOf({ widthPixels: side, heightPixels: side, rgb }), `skin tone ${skinTone}`).toBe("accepted");
    }
  });

  test.each<[string, ErrorCode, () => RgbImage]>([
    ["nobody", "no-face-in-photo", () => scene([])],
    [
      "a picture of one pixel",
      "no-face-in-photo",
      () => ({ widthPixels: 1, heightPixels: 1, rgb: new Uint8Array([90, 60, 50]) }),
    ],
    [
      "two people",
      "many-faces-in-photo",
      () =>
        scene(
          [
            { actor, centerX: 0.27 },
            { actor: createActor({ seed: 9 }), centerX: 0.73 },
          ],
          640,
        ),
    ],
    ["a small face", "face-too-small", () => portrait({}, { faceHeight: 0.2 })],
    ["a profile", "face-turned-away", () => portrait({ yawRadians: 0.62 })],
    ["a bowed head", "face-turned-away", () => portrait({ pitchRadians: 0.6 })],
    ["a dark room", "face-too-dark", () => repaint(plainPortrait(), (value) => value * 0.1)],
    [
      "light from one side",
      "face-unevenly-lit",
      () => repaint(plainPortrait(), (value, x) => value * (x < side / 2 ? 1 : 0.4)),
    ],
    ["a blurred face", "face-blurred", () => blurred(blurred(plainPortrait(), 3), 3)],
    ["an open mouth", "face-expression", () => portrait({ jaw: 0.8 })],
    ["closed eyes", "face-expression", () => portrait({ blinkLeft: 1, blinkRight: 1 })],
    ["a microphone before the mouth", "face-covered", () => scene([{ actor, faceHeight: 0.62, prop: "microphone" }])],
    ["a hand over the mouth", "face-covered", () => scene([{ actor, faceHeight: 0.62, prop: "hand" }])],
  ])("refuses %s with %s", async (what, code, draw) => {
    const photo = draw();
    const got = await codeOf(photo);
    expect(got, `${what}: ${got === "accepted" ? JSON.stringify(await measure(photo)) : got}`).toBe(code);
  });
});
