import { createActor, drawPortrait, type Actor } from "@understudy/actors";
import { afterAll, describe, expect, test } from "vitest";
import type { RgbImage } from "#model/image.js";
import { similarity } from "./face-embedder.js";
import { squareAround } from "./face-landmarks.js";
import { leaseFaceNets } from "./face-nets.js";

const nets = leaseFaceNets();
afterAll(() => nets.release());

/** A pattern without meaning but with edges in all directions: every layer of a network has something to do. */
function pattern(side: number): RgbImage {
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++) {
        rgb[3 * (y * side + x) + c] = (x * (c + 1) + y * (3 - c) + ((x >> 4) ^ (y >> 4)) * 9) % 256;
      }
    }
  }
  return { widthPixels: side, heightPixels: side, rgb };
}

const actors = new Map<number, Actor>();

/** An actor is costly to make and keeps what was made. */
function actorOf(seed: number): Actor {
  const known = actors.get(seed) ?? createActor({ seed, hair: "short", glasses: false });
  actors.set(seed, known);
  return known;
}

function portrait(
  seed: number,
  yawRadians = 0,
): RgbImage & { readonly truth: ReturnType<typeof drawPortrait>["faces"][number] } {
  const { rgb, faces } = drawPortrait(actorOf(seed), {
    width: 320,
    height: 320,
    faceHeight: 0.55,
    state: { yawRadians },
  });
  return { widthPixels: 320, heightPixels: 320, rgb, truth: faces[0]! };
}

describe("networks give what they gave when they were first run here", () => {
  test("landmarks", async () => {
    const landmarks = await nets.landmarks();
    const { mesh, presence } = await landmarks.read(pattern(256), {
      centerX: 127.5,
      centerY: 127.5,
      sizePixels: 192,
      angleRadians: 0,
    });
    expect(presence).toBeLessThan(1e-6);
    const golden: Record<number, readonly [number, number, number]> = {
      0: [119.017, 143.171, -5.98],
      13: [118.731, 147.426, -0.323],
      33: [94.695, 95.668, 5.934],
      159: [102.26, 93.245, -0.394],
      386: [146.331, 89.053, -6.227],
    };
    for (const [landmark, place] of Object.entries(golden)) {
      place.forEach((value, axis) =>
        expect(mesh[3 * Number(landmark) + axis], `landmark ${landmark}`).toBeCloseTo(value, 1),
      );
    }
  });

  test("embedder", async () => {
    const embedder = await nets.embedder();
    const mesh = new Float32Array(468 * 3);
    for (const [landmark, x, y] of [
      [33, 90, 100],
      [133, 112, 101],
      [362, 144, 101],
      [263, 166, 100],
      [2, 128, 142],
      [61, 104, 160],
      [291, 152, 160],
    ] as const) {
      mesh.set([x, y], 3 * landmark);
    }
    const embedding = await embedder.embed(pattern(256), mesh);
    const golden = [0.0677, -0.0616, 0.0515, 0.093, -0.0015, -0.0831, -0.0715, 0.1808];
    golden.forEach((value, i) => expect(embedding[i]).toBeCloseTo(value, 2));
    expect(similarity(embedding, embedding)).toBeCloseTo(1, 4);
  });

  test("detector", async () => {
    const detector = await nets.detector();
    expect(await detector.detect(pattern(256), { tiles: "never" })).toEqual([]);
  });
});

describe("networks on an invented person", () => {
  test("the detector finds the face where it is, upright and turned", async () => {
    const [detector, landmarks] = await Promise.all([nets.detector(), nets.landmarks()]);
    const { truth, ...photo } = portrait(7);
    const faces = await detector.detect(photo);
    expect(faces).toHaveLength(1);
    const { mesh, presence } = await landmarks.read(photo, { ...faces[0]!, sizePixels: 1.5 * faces[0]!.sizePixels });
    expect(presence).toBeGreaterThan(0.99);
    expect(faces[0]!.centerX).toBeGreaterThan(120);
    expect(faces[0]!.centerX).toBeLessThan(200);
    const lyingDown = turnedLeft(photo);
    const [turned] = await detector.detect(lyingDown, { angleRadians: -Math.PI / 2 });
    const lying = await landmarks.read(lyingDown, { ...turned!, sizePixels: 1.5 * turned!.sizePixels });
    expect(lying.presence).toBeGreaterThan(0.99);
    // A quarter turn to the left takes (x, y) to (y, 319 - x).
    for (const landmark of [1, 33, 263, 152]) {
      expect(lying.mesh[3 * landmark]).toBeCloseTo(mesh[3 * landmark + 1]!, -1);
      expect(lying.mesh[3 * landmark + 1]).toBeCloseTo(319 - mesh[3 * landmark]!, -1);
    }
    expect(truth).toBeDefined();
  });

  test("a small face is found in a tile", async () => {
    const detector = await nets.detector();
    const { rgb, width, height } = drawPortrait(createActor({ seed: 7, hair: "short" }), {
      width: 1280,
      height: 720,
      faceHeight: 0.09,
    });
    const faces = await detector.detect({ widthPixels: width, heightPixels: height, rgb });
    expect(faces).toHaveLength(1);
    expect(faces[0]!.sizePixels).toBeGreaterThan(30);
  });

  test("readings asked for at once are what each is alone", async () => {
    const landmarks = await nets.landmarks();
    const picture = pattern(256);
    const rois = [60, 90, 120].map((sizePixels) => ({ centerX: 128, centerY: 120, sizePixels, angleRadians: 0.1 }));
    const together = await Promise.all(rois.map((roi) => landmarks.read(picture, roi)));
    for (const [i, roi] of rois.entries()) expect(await landmarks.read(picture, roi)).toEqual(together[i]);
  });

  test("the embedder knows a person again", async () => {
    const [landmarks, embedder, detector] = await Promise.all([nets.landmarks(), nets.embedder(), nets.detector()]);
    const embed = async (photo: RgbImage) => {
      const [face] = await detector.detect(photo);
      const rough = await landmarks.read(photo, { ...face!, sizePixels: 1.5 * face!.sizePixels });
      const { mesh } = await landmarks.read(photo, squareAround(rough.mesh, 1.5));
      return embedder.embed(photo, mesh);
    };
    const [one, again, other] = await Promise.all([portrait(7), portrait(7, 0.15), portrait(31)].map(embed));
    expect(similarity(one!, again!)).toBeGreaterThan(similarity(one!, other!) + 0.1);
  });
});

function turnedLeft({ widthPixels: side, rgb }: RgbImage): RgbImage {
  const out = new Uint8Array(rgb.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++)
      out.set(rgb.subarray(3 * (y * side + x), 3 * (y * side + x) + 3), 3 * ((side - 1 - x) * side + y));
  }
  return { widthPixels: side, heightPixels: side, rgb: out };
}
