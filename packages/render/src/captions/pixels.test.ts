import { beforeAll, expect, test } from "vitest";
import { loadCaptionFont, type CaptionFont } from "./font/caption-font.js";
import { layoutFor } from "./layout.js";
import { makeCaptions } from "./make-captions.js";
import { captionPresets } from "./preset.js";
import { drawTrack } from "./testing/draw-track.js";
import { drawnBox } from "./testing/look-at-pictures.js";
import { measureFlips } from "./testing/measure-flips.js";
import { speak } from "./testing/speak.js";

let font: CaptionFont;
beforeAll(async () => {
  font = await loadCaptionFont("Montserrat ExtraBold");
});

const upright = { preset: "social-9x16", widthPixels: 270, heightPixels: 480 } as const;

test("libass shows each word in the spoken colour within 40 ms of its start, and not before", async () => {
  const track = makeCaptions(speak(String.raw`get {50% off} at C:\now`), upright, font);
  const flips = await measureFlips(track, track.cues[0]!, font, 100);
  expect(flips).toHaveLength(5);
  for (const { startSeconds, seenSeconds = Number.NaN } of flips) {
    expect(seenSeconds - startSeconds).toBeGreaterThan(-0.011);
    expect(seenSeconds - startSeconds).toBeLessThan(0.04);
  }
});

test("letters are as wide as they were measured, and lie inside the margins", async () => {
  const track = makeCaptions(speak("hamburgefonstiv measured"), upright, font);
  const layout = layoutFor(captionPresets["social-9x16"].look, upright);
  const lines = track.cues[0]!.lines.map((words) => words.map(({ text }) => text).join(" "));
  const measured = Math.max(...lines.map((line) => font.widthOf(line, layout.lineHeightPixels)));
  const boxes: NonNullable<ReturnType<typeof drawnBox>>[] = [];
  await drawTrack(track, font, [0.6], (picture) => void boxes.push(drawnBox(picture)!));
  const { left, right, bottom } = boxes[0]!;
  expect(left).toBeGreaterThanOrEqual(layout.sideMarginPixels);
  expect(right).toBeLessThanOrEqual(layout.widthPixels - layout.sideMarginPixels);
  expect(bottom).toBeLessThanOrEqual(layout.heightPixels - layout.bottomMarginPixels);
  // Outline and shadow add some pixels, side bearings and kerning take some.
  expect(Math.abs(right - left - measured)).toBeLessThan(6);
});
