import { describe, expect, it } from "vitest";
import {
  createActor,
  demoActors,
  drawPortrait,
  openScene,
  talkingTimeline,
  type ActorState,
  type FaceTruth,
  type Frame,
  type PropKind,
} from "./index.js";

const actor = createActor({ seed: 11, hair: "short", beard: "none", glasses: false, skinTone: 0.3 });
const small = { width: 320, height: 180 };

/** Mean colour of the pixels within `radius` of a landmark. */
function colourAt(
  frame: Frame,
  landmark: number,
  radius = 1.5,
): { red: number; green: number; blue: number; luma: number } {
  const cx = frame.faces[0]!.landmarks[2 * landmark]!;
  const cy = frame.faces[0]!.landmarks[2 * landmark + 1]!;
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = Math.floor(cy - radius); y <= cy + radius; y++)
    for (let x = Math.floor(cx - radius); x <= cx + radius; x++) {
      if (Math.hypot(x + 0.5 - cx, y + 0.5 - cy) > radius) continue;
      const o = 3 * (y * frame.width + x);
      red += frame.rgb[o]!;
      green += frame.rgb[o + 1]!;
      blue += frame.rgb[o + 2]!;
      count++;
    }
  [red, green, blue] = [red / count, green / count, blue / count];
  return { red, green, blue, luma: 0.3 * red + 0.59 * green + 0.11 * blue };
}

const mean = (bytes: Uint8Array): number => bytes.reduce((sum, v) => sum + v, 0) / bytes.length;

describe("a scene", () => {
  it("is the same again for the same arguments, in any order of frames", () => {
    const spec = { ...small, actors: [{ actor: createActor({ seed: 11 }) }], backgroundSeed: 3 };
    const stateAt = talkingTimeline({ seed: 5, durationSeconds: 4 });
    const [first, second] = [openScene(spec), openScene({ ...spec, actors: [{ actor: createActor({ seed: 11 }) }] })];
    const a = first.draw([stateAt(1.5)], { grainSeed: 45 });
    second.draw([stateAt(3)], { grainSeed: 90 });
    const b = second.draw([stateAt(1.5)], { grainSeed: 45 });
    expect(Buffer.compare(a.rgb, b.rgb)).toBe(0);
    expect(a.faces).toEqual(b.faces);
  });

  it("shows another person for another seed", () => {
    const one = drawPortrait(createActor({ seed: 1 }), { ...small, backgroundSeed: 1 });
    const other = drawPortrait(createActor({ seed: 2 }), { ...small, backgroundSeed: 1 });
    expect(Buffer.compare(one.rgb, other.rgb)).not.toBe(0);
  });

  it("has no face without actors, and leaves out actors whose state is null", () => {
    const empty = openScene({ ...small, actors: [], backgroundSeed: 2 }).draw();
    const left = openScene({ ...small, actors: [{ actor }], backgroundSeed: 2 }).draw([null]);
    expect(empty.faces).toHaveLength(0);
    expect(Buffer.compare(empty.rgb, left.rgb)).toBe(0);
  });

  it("lets an actor leave the picture and return", () => {
    const scene = openScene({ ...small, actors: [{ actor }] });
    const truths = [0, 8, 0].map((offsetX) => scene.draw([{ offsetX }]).faces[0]!);
    expect(truths.map((truth) => truth.isVisible)).toEqual([true, false, true]);
    expect(truths[1]!.insideFraction).toBe(0);
    expect(truths[2]).toEqual(truths[0]);
  });

  it("holds several actors, each with its own truth", () => {
    const scene = openScene({ ...small, actors: [{ actor: demoActors.presenter }, { actor: demoActors.customer }] });
    const { faces } = scene.draw([{ smile: 0.3 }, { blinkLeft: 1, blinkRight: 1 }]);
    const [left, right] = [faces[0]!, faces[1]!];
    expect(left.faceBox.left + left.faceBox.width).toBeLessThan(right.faceBox.left);
    expect(left.eyeOpening).toBeGreaterThan(3 * right.eyeOpening);
    expect(left.isVisible && right.isVisible).toBe(true);
  });

  it("draws a tiny face, a portrait picture and a dark picture", () => {
    const tiny = openScene({ ...small, actors: [{ actor, faceHeight: 0.12 }] }).draw().faces[0]!;
    expect(tiny.faceBox.height).toBeLessThan(28);
    const tall = drawPortrait(actor, { width: 180, height: 320 }).faces[0]!;
    expect(tall.insideFraction).toBe(1);
    const scene = openScene({ ...small, actors: [{ actor }] });
    expect(mean(scene.draw([], { exposure: 0.1 }).rgb)).toBeLessThan(0.45 * mean(scene.draw().rgb));
  });

  it("refuses sizes that are no pictures", () => {
    expect(() => openScene({ width: 0, height: 180, actors: [] })).toThrow(RangeError);
  });
});

describe("the truth", () => {
  const scene = openScene({ width: 640, height: 480, actors: [{ actor, faceHeight: 0.7, centerY: 0.5 }] });
  const open = scene.draw([{ jaw: 0.9 }]);

  it("lies where eyes and lips are drawn", () => {
    // iris and pupil are darker than the cheek, lips redder, an open mouth dark
    const cheek = colourAt(open, 50, 4);
    expect(colourAt(open, 468).luma).toBeLessThan(0.6 * cheek.luma);
    expect(colourAt(open, 473).luma).toBeLessThan(0.6 * cheek.luma);
    const lip = colourAt(open, 16);
    expect(lip.red / lip.green).toBeGreaterThan(1.08 * (cheek.red / cheek.green));
    const truth = open.faces[0]!.landmarks;
    const between = Math.floor((truth[27]! + truth[29]!) / 2);
    const o = 3 * (between * open.width + Math.floor(truth[26]!));
    expect(open.rgb[o]!).toBeLessThan(0.6 * cheek.red);
  });

  it("has its irises between the eye corners and its chin below its mouth", () => {
    const at = (i: number): [number, number] => [
      open.faces[0]!.landmarks[2 * i]!,
      open.faces[0]!.landmarks[2 * i + 1]!,
    ];
    expect(at(33)[0]).toBeLessThan(at(468)[0]);
    expect(at(468)[0]).toBeLessThan(at(133)[0]);
    expect(at(362)[0]).toBeLessThan(at(473)[0]);
    expect(at(473)[0]).toBeLessThan(at(263)[0]);
    expect(at(471)[0]).toBeLessThan(at(469)[0]);
    expect(at(470)[1]).toBeLessThan(at(472)[1]);
    expect(at(152)[1]).toBeGreaterThan(at(17)[1]);
  });

  it("follows blink, mouth, pose and position", () => {
    const neutral = scene.draw().faces[0]!;
    const truth = (state: Partial<ActorState>): (typeof open.faces)[number] => scene.draw([state]).faces[0]!;
    const closed = truth({ blinkRight: 1 });
    expect(closed.rightEyeOpening).toBeLessThan(0.03);
    expect(closed.leftEyeOpening).toBeCloseTo(neutral.leftEyeOpening, 3);
    expect(neutral.mouthOpening).toBeLessThan(0.03);
    expect(open.faces[0]!.mouthOpening).toBeGreaterThan(0.2);
    const turned = truth({ yawRadians: 0.35, pitchRadians: 0.1 });
    expect(turned.yawDegrees).toBeCloseTo(20.05, 0);
    expect(turned.pitchDegrees).toBeCloseTo(5.73, 0);
    expect(turned.landmarks[8]!).toBeGreaterThan(neutral.landmarks[8]! + 10);
    const moved = truth({ offsetX: 0.2 });
    expect(moved.landmarks[8]! - neutral.landmarks[8]!).toBeCloseTo(0.2 * neutral.eyeDistancePixels, -1);
    const gaze = truth({ gazeX: 1 });
    expect(gaze.landmarks[2 * 468]!).toBeGreaterThan(neutral.landmarks[2 * 468]! + 3);
    expect(gaze.landmarks[2 * 33]!).toBeCloseTo(neutral.landmarks[2 * 33]!, 3);
  });

  it("shows profiles", () => {
    const profile = scene.draw([{ yawRadians: 1.4 }]).faces[0]!;
    expect(profile.yawDegrees).toBeCloseTo(80, 0);
    expect(profile.isVisible).toBe(true);
    expect(profile.faceBox.width).toBeLessThan(0.85 * open.faces[0]!.faceBox.width);
  });
});

describe("a prop", () => {
  it("is not needed to cover a face: another actor can stand before it", () => {
    const pair = {
      ...small,
      actors: [
        { actor, centerX: 0.45 },
        { actor: demoActors.customer, centerX: 0.55 },
      ],
    };
    const { faces } = openScene(pair).draw();
    expect(faces[0]!.occludedFraction).toBeGreaterThan(0.3);
    expect(faces[1]!.occludedFraction).toBe(0);
  });

  it("covers the mouth and the nose, or the chin, or nothing", () => {
    const truthOf = (prop: PropKind, propRaise = 1): FaceTruth =>
      openScene({ ...small, actors: [{ actor, prop }] }).draw([{ propRaise }]).faces[0]!;
    const [upperLip, chin, forehead] = [13, 152, 10];
    const hand = truthOf("hand");
    expect(hand.occludedFraction).toBeGreaterThan(0.5);
    expect(hand.occludedFraction).toBeLessThan(0.8);
    expect([upperLip, chin, forehead].map((i) => hand.covered[i])).toEqual([1, 1, 0]);
    expect(truthOf("hand", 0).occludedFraction).toBe(0);
    const microphone = truthOf("microphone");
    expect(microphone.occludedFraction).toBeGreaterThan(0.08);
    expect(microphone.occludedFraction).toBeLessThan(0.3);
    expect([upperLip, chin, forehead].map((i) => microphone.covered[i])).toEqual([1, 1, 0]);
    expect(truthOf("product").occludedFraction).toBe(0);
  });

  it("is drawn over the lips", () => {
    const spec = { width: 640, height: 480, actors: [{ actor, prop: "microphone" as const, faceHeight: 0.6 }] };
    const scene = openScene(spec);
    expect(colourAt(scene.draw(), 17).luma).toBeLessThan(0.6 * colourAt(scene.draw([{ propRaise: 0 }]), 17).luma);
  });
});
