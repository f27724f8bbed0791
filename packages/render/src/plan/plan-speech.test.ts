import { describe, expect, it } from "vitest";
import type { FrameIndex } from "#model/media.js";
import type { ScriptPart } from "#model/speech.js";
import { planRender, type PlanInput } from "./index.js";

/** 30 s at 10 frames a second with a clean cut every 2 s; the brief's plan keeps 5-15 and 20-30. */
const index: FrameIndex = {
  presentationSeconds: Array.from({ length: 300 }, (_, frame) => frame / 10),
  endSeconds: 30,
  cutPoints: Array.from({ length: 16 }, (_, cut) => ({ packet: cut * 20, frame: cut * 20 })),
};
const part = (text: string, estimatedSeconds: number, place?: ScriptPart["place"]): ScriptPart => ({
  text,
  estimatedSeconds,
  ...(place && { place }),
});
const plan = (parts: ScriptPart[], more: Partial<PlanInput> = {}, allowLipMismatch = false) =>
  planRender({ index, stitch: "smart", speech: { parts, allowLipMismatch, fastestPace: 4 / 3 }, ...more });
const passages = (...given: Parameters<typeof plan>) =>
  plan(...given).passages.map(
    ({ text, startSeconds, endSeconds }) => `${text} ${startSeconds.toFixed(2)}-${endSeconds.toFixed(2)}`,
  );
const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("sentences without a place", () => {
  it("share the first kept segment while they fit at the natural pace", () => {
    expect(passages([part("One.", 3), part("Two.", 4)])).toEqual(["One. Two. 5.15-14.85"]);
  });

  it("take no more time than a slow voice needs, where frames are coded again for it", () => {
    expect(passages([part("One.", 2)])).toEqual(["One. 5.15-14.85"]);
    expect(passages([part("One.", 2)], { burnedCaptions: "speech" })).toEqual(["One. 5.15-8.65"]);
    expect(passages([part("One.", 2)], { labelsSpeech: true })).toEqual(["One. 5.15-8.65"]);
  });

  it("go on in the next segment, in order", () => {
    expect(passages([part("One.", 6), part("Two.", 6), part("Three.", 3)])).toEqual([
      "One. 5.15-14.85",
      "Two. Three. 20.15-29.85",
    ]);
  });

  it("are spoken no faster than it takes to fit all of them", () => {
    // At the natural pace the second segment would hold 11 s in 9.7.
    expect(passages([part("One.", 6), part("Two.", 4.4), part("Three.", 6), part("Four.", 4.4)])).toEqual([
      "One. Two. 5.15-14.85",
      "Three. Four. 20.15-29.85",
    ]);
  });

  it("are never cut, lost or put in another order, whatever their lengths", () => {
    let seed = 3;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 200; round++) {
      const parts = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, at) =>
        part(`s${at}.`, 0.3 + 2 * random()),
      );
      const planned = plan(parts).passages;
      expect(planned.map(({ text }) => text).join(" ")).toBe(parts.map(({ text }) => text).join(" "));
      for (const [at, { startSeconds, endSeconds, index: number }] of planned.entries()) {
        expect(number).toBe(at);
        expect(startSeconds).toBeGreaterThanOrEqual(planned[at - 1]?.endSeconds ?? 0);
        expect(endSeconds).toBeGreaterThan(startSeconds);
      }
    }
  });

  it("are refused when they take far too long, with the seconds", () => {
    const message = /^The script takes about 30\.0 s, spoken as fast as is allowed; it has 19\.4 s\.$/;
    const parts = ["One.", "Two.", "Three.", "Four."].map((text) => part(text, 10));
    expect(() => plan(parts)).toThrow(refused("script-does-not-fit", message));
  });

  it("are refused when one of them is longer than any kept segment", () => {
    const message = /^The script's longest sentence takes about 15\.0 s, .* it has 9\.7 s\.$/;
    expect(() => plan([part("One.", 20)])).toThrow(refused("script-does-not-fit", message));
    const little = { swapRanges: [{ startSeconds: 0, endSeconds: 29.5 }] };
    expect(() => plan([part("One.", 2)], little)).toThrow(refused("script-does-not-fit", /it has 0\.2 s/));
  });

  it("are refused where nothing is kept, and flow over the whole film where that is allowed", () => {
    const whole = { swapRanges: [{ startSeconds: 0, endSeconds: 30 }] };
    expect(() => plan([part("One.", 2)], whole)).toThrow(refused("lip-mismatch", /whole film/));
    expect(passages([part("One.", 2)], whole, true)).toEqual(["One. 0.15-29.85"]);
  });
});

describe("a part with a place", () => {
  it("is spoken there, until the next one begins or the kept segment ends", () => {
    const parts = [
      part("One.", 1, { startSeconds: 6 }),
      part("Two.", 1, { startSeconds: 8 }),
      part("Three.", 1, { startSeconds: 20, endSeconds: 25 }),
    ];
    expect(passages(parts)).toEqual(["One. 6.00-8.00", "Two. 8.00-14.85", "Three. 20.00-25.00"]);
  });

  it("begins with the kept segment when its time lies in the frame in front of it, and ends with the film", () => {
    const frames = { ...index, presentationSeconds: index.presentationSeconds.map((seconds) => seconds * 1.001) };
    const placedAt = (place: ScriptPart["place"]) =>
      plan([part("One.", 1, place)], { index: { ...frames, endSeconds: 30.03 } });
    expect(placedAt({ startSeconds: 5 }).passages[0]!.startSeconds).toBeCloseTo(5.005, 3);
    expect(placedAt({ startSeconds: 25, endSeconds: 40 }).passages[0]!.endSeconds).toBeCloseTo(29.88, 2);
  });

  it.each([
    [{ startSeconds: 2 }, "lip-mismatch", /from 2 s would be spoken while/],
    [{ startSeconds: 12, endSeconds: 16 }, "lip-mismatch", /from 12 s to 16 s would be spoken while/],
    [{ startSeconds: 31 }, "bad-script", /at 31 s, but the film ends at 30\.0 s/],
    [{ startSeconds: 14.5 }, "script-does-not-fit", /takes about 1\.5 s.*it has 0\.3 s/],
  ] as const)("is refused at %j", (place, code, message) => {
    expect(() => plan([part("One.", 2, place)])).toThrow(refused(code, message));
  });

  it("may be spoken over a swapped face when that is allowed", () => {
    expect(passages([part("One.", 2, { startSeconds: 2 })], {}, true)).toEqual(["One. 2.00-29.85"]);
  });
});

describe("what is coded again", () => {
  const regionsOf = (more: Partial<PlanInput>, parts = [part("One.", 2, { startSeconds: 8.3, endSeconds: 10 })]) =>
    plan(parts, more).regions.map(({ startFrame, endFrame }) => `${startFrame}-${endFrame}`);
  const brief = ["0-20", "20-60", "140-160", "160-200"];

  it("is no frame more for speech alone", () => {
    expect(regionsOf({})).toEqual(brief);
    expect(plan([part("One.", 2)]).captionRanges).toEqual([]);
  });

  it("is every group of pictures in which captions may stand", () => {
    expect(
      plan([part("One.", 2, { startSeconds: 8.3, endSeconds: 10 })], { burnedCaptions: "speech" }).captionRanges,
    ).toEqual([{ startFrame: 82, endFrame: 110 }]);
    expect(regionsOf({ burnedCaptions: "speech" })).toEqual(["0-20", "20-60", "80-120", "140-160", "160-200"]);
  });

  it("is the whole film for captions of its own sound", () => {
    const { regions, captionRanges } = planRender({ index, stitch: "smart", burnedCaptions: "film" });
    expect(captionRanges).toEqual([{ startFrame: 0, endFrame: 300 }]);
    expect([regions[0]!.startFrame, regions.at(-1)!.endFrame]).toEqual([0, 300]);
  });

  it("is labelled where a person's voice was cloned", () => {
    const cloned = plan([part("One.", 2, { startSeconds: 8, endSeconds: 10 })], { labelsSpeech: true });
    expect(cloned.labelRanges).toContainEqual({ startFrame: 79, endFrame: 100 });
    expect(plan([part("One.", 2)]).labelRanges).toHaveLength(2);
  });
});
