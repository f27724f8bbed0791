import { expect, it } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { createMarkReader } from "./mark-reader.js";
import { watermarkIdOf } from "./watermark-code.js";
import { createWatermarkPainter } from "./watermark-painter.js";

const [widthPixels, heightPixels, frameRate] = [320, 180, 10];
const watermarkId = watermarkIdOf("render-1");

/** A wall that gets brighter; marked throughout. */
function markedFrames(seconds: number): PlanarFrame[] {
  const painter = createWatermarkPainter({ widthPixels, heightPixels, rotation: 0, watermarkId });
  return Array.from({ length: seconds * frameRate }, (_, number) => {
    const chroma = () => new Uint8Array((widthPixels * heightPixels) / 4).fill(128);
    const frame: PlanarFrame = {
      widthPixels,
      heightPixels,
      y: Uint8Array.from({ length: widthPixels * heightPixels }, (__, at) => 80 + number / 2 + (at % widthPixels) / 5),
      u: chroma(),
      v: chroma(),
      lumaStride: widthPixels,
      chromaStride: widthPixels / 2,
      isFullRange: false,
      matrix: "bt601",
    };
    painter.paint(frame, number / frameRate);
    return frame;
  });
}

it("looks for the watermark in the marked spans only, and takes the fingerprint of the whole film", () => {
  const frames = markedFrames(11);
  const markedSpans = [
    { startSeconds: 1, endSeconds: 4 },
    { startSeconds: 7, endSeconds: 10 },
  ];
  const read = (reader: ReturnType<typeof createMarkReader>) => {
    for (const [number, frame] of frames.entries()) reader.add(frame, number / frameRate);
    return reader.finish();
  };
  const whole = read(createMarkReader({ rotation: 0 }));
  const part = read(createMarkReader({ rotation: 0, markedSpans }));
  expect(whole.watermark).toMatchObject({ found: true, id: watermarkId, spans: [{ startSeconds: 0 }] });
  expect(part.watermark).toMatchObject({ found: true, id: watermarkId });
  const times = part.watermark.found ? part.watermark.spans.flatMap((span) => Object.values(span)) : [];
  for (const seconds of times) {
    expect(markedSpans.some((span) => seconds >= span.startSeconds && seconds < span.endSeconds)).toBe(true);
  }
  expect(part.fingerprint).toEqual(whole.fingerprint);
  expect(read(createMarkReader({ rotation: 0, markedSpans: [] })).watermark).toMatchObject({ found: false });
});
