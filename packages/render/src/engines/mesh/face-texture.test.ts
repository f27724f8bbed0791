import { createActor, drawPortrait, type ActorSpec } from "@understudy/actors";
import { describe, expect, test } from "vitest";
import type { RgbImage } from "#model/image.js";
import { cutFace, prepareTexture, type FaceTexture } from "./face-texture.js";

const side = 200;
const plain: ActorSpec = {
  seed: 12,
  presentation: "masculine",
  hair: "buzz",
  beard: "none",
  glasses: false,
  ageYears: 30,
  skinTone: 0.3,
};

interface Portrait {
  readonly photo: RgbImage;
  /** 468 landmarks in pixels of the photo. */
  readonly mesh: Float32Array;
}

function portrait(spec: Partial<ActorSpec> = {}): Portrait {
  const actor = createActor({ ...plain, ...spec });
  const { rgb, faces } = drawPortrait(actor, { width: side, height: side, faceHeight: 0.66, state: {} });
  const points = faces[0]!.landmarks;
  const mesh = new Float32Array(3 * 468);
  for (let i = 0; i < 468; i++) mesh.set([points[2 * i]! - 0.5, points[2 * i + 1]! - 0.5, 0], 3 * i);
  return { photo: { widthPixels: side, heightPixels: side, rgb }, mesh };
}

type Colour = readonly [number, number, number];

/** The portrait with every pixel changed. @param paint gets the colour and the place. */
function repaint({ photo, mesh }: Portrait, paint: (colour: Colour, x: number, y: number) => Colour): Portrait {
  const rgb = new Uint8Array(photo.rgb.length);
  for (let o = 0; o < rgb.length; o += 3) {
    const colour: Colour = [photo.rgb[o]!, photo.rgb[o + 1]!, photo.rgb[o + 2]!];
    const place = o / 3;
    const painted = paint(colour, place % side, Math.floor(place / side));
    rgb.set(
      painted.map((value) => Math.max(0, Math.min(255, value))),
      o,
    );
  }
  return { photo: { ...photo, rgb }, mesh };
}

const textureOf = ({ photo, mesh }: Portrait): FaceTexture => prepareTexture(cutFace(photo, mesh));

/** Lumas of the texture around a landmark. */
function lumasAround(
  { mesh, channels, sidePixels, facePixels }: FaceTexture,
  landmark: number,
  reach: number,
): readonly number[] {
  const [reds, greens, blues] = channels;
  const radius = Math.max(1, Math.round(facePixels * reach));
  const lumas: number[] = [];
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) {
      const o = (Math.round(mesh[3 * landmark + 1]!) + y) * sidePixels + Math.round(mesh[3 * landmark]!) + x;
      lumas.push(0.2126 * reds[o]! + 0.7152 * greens[o]! + 0.0722 * blues[o]!);
    }
  }
  return lumas;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const lumaAt = (texture: FaceTexture, landmark: number, reach = 0.02): number =>
  meanOf(lumasAround(texture, landmark, reach));

/** Mean departure from the mean luma around a landmark, over that luma: about 0.02 on skin, 0.15 and more in hair. */
function roughnessAt(texture: FaceTexture, landmark: number): number {
  const lumas = lumasAround(texture, landmark, 0.03);
  const mean = meanOf(lumas);
  return meanOf(lumas.map((luma) => Math.abs(luma - mean))) / mean;
}

/** The same places on the person's right and left half: cheeks, beside the mouth, temples, forehead. */
const pairs = [
  [50, 280],
  [205, 425],
  [116, 345],
  [69, 299],
] as const;

const clean = portrait();
const cleanTexture = textureOf(clean);

describe("the texture that is made of a photo", () => {
  test("covers a dark face as it covers a light one, and makes it as bright", () => {
    const texture = textureOf(portrait({ skinTone: 1 }));
    expect(texture.skinCoverage).toBeGreaterThan(0.9);
    expect(texture.shownShare).toBeGreaterThan(cleanTexture.shownShare - 0.04);
    expect(lumaAt(texture, 205) / lumaAt(cleanTexture, 205)).toBeGreaterThan(0.8);
    expect(lumaAt(texture, 205) / lumaAt(cleanTexture, 205)).toBeLessThan(1.25);
  });

  test("shows no lock of hair that has the colour of skin: the other half stands in for it", () => {
    const [x0, y0] = [clean.mesh[3 * 300]!, clean.mesh[3 * 300 + 1]!];
    // Strands three pixels apart, a little lighter and darker than the skin itself, from the tail of the left brow outwards.
    const lock = repaint(clean, ([r, g, b], x, y) => {
      const isHair = x > x0 - 4 && Math.abs(y - y0) < 54;
      const strand = x % 3 === 0 ? 0.62 : 1.08;
      return isHair ? [210 * strand, 165 * strand, 120 * strand] : [r, g, b];
    });
    const [before, after] = [cleanTexture, textureOf(lock)];
    for (const landmark of [301, 368, 345]) {
      expect(lumaAt(after, landmark) / lumaAt(before, landmark), `landmark ${landmark}`).toBeGreaterThan(0.85);
      expect(roughnessAt(after, landmark), `landmark ${landmark}`).toBeLessThan(0.06);
    }
    expect(after.shownShare).toBeGreaterThan(0.9);
  });

  test("has even light when the photo's came from one side", () => {
    const lit = repaint(clean, ([r, g, b], x) => {
      const light = 0.45 + 0.55 / (1 + Math.exp((x - 100) / 15));
      return [r * light, g * light, b * light];
    });
    const texture = textureOf(lit);
    for (const [right, left] of pairs) {
      expect(lumaAt(texture, right) / lumaAt(texture, left)).toBeGreaterThan(0.8);
      expect(lumaAt(texture, right) / lumaAt(texture, left)).toBeLessThan(1.25);
    }
  });

  test("has no hard shadow beside the nose", () => {
    const [x0, y0] = [clean.mesh[3 * 329]!, clean.mesh[3 * 329 + 1]!];
    const shaded = repaint(clean, ([r, g, b], x, y) => {
      const shade = Math.hypot(x - x0, y - y0) < 7 ? 0.4 : 1;
      return [r * shade, g * shade, b * shade];
    });
    expect(lumaAt(textureOf(shaded), 329) / lumaAt(cleanTexture, 329)).toBeGreaterThan(0.85);
  });

  test("has no burnt spot of a flash on the cheek", () => {
    const [x0, y0] = [clean.mesh[3 * 50]!, clean.mesh[3 * 50 + 1]!];
    const flash = repaint(clean, ([r, g, b], x, y) => {
      const added = 330 * Math.exp(-((x - x0) ** 2 + (y - y0) ** 2) / 55);
      return [r + added, g + added, b + added];
    });
    const [before, after] = [cleanTexture, textureOf(flash)];
    expect(lumaAt(after, 50, 0.01) / lumaAt(before, 50, 0.01)).toBeLessThan(1.15);
    expect(lumaAt(after, 280, 0.01) / lumaAt(before, 280, 0.01)).toBeGreaterThan(0.85);
  });

  test("is as bright from a dark photo as from a light one", () => {
    const dark = repaint(clean, ([r, g, b]) => [r * 0.3, g * 0.3, b * 0.3]);
    expect(lumaAt(textureOf(dark), 205) / lumaAt(cleanTexture, 205)).toBeGreaterThan(0.85);
  });

  test("keeps all of a beard", () => {
    const bearded = textureOf(portrait({ beard: "full" }));
    for (const landmark of [199, 175, 148, 377, 136, 365]) {
      expect(lumaAt(bearded, landmark) / lumaAt(cleanTexture, landmark), `landmark ${landmark}`).toBeLessThan(0.85);
    }
    expect(bearded.shownShare).toBeGreaterThan(0.9);
  });
});
