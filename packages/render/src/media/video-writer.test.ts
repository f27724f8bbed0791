import { describe, expect, it } from "vitest";
import { grabFrames } from "./grab-frames.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { probeSource } from "./probe.js";
import { drawTestPicture } from "./testing/draw-test-picture.js";
import { writeFixture } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";
import { createPlanes, planarToRgb } from "./colour-conversion.js";
import { openVideoWriter } from "./video-writer.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();
const limits = { maxInputBytes: 1e8, maxPixels: 1e7, maxDurationSeconds: 60 };
const ntsc = { numerator: 30_000, denominator: 1001 };

describe("openVideoWriter", () => {
  it("writes a cuttable film with silence from RGB and planar pictures", async () => {
    const path = inFolder("silent.mp4");
    const writer = await openVideoWriter(io, path, {
      widthPixels: 192,
      heightPixels: 108,
      frameRate: ntsc,
      gopFrames: 10,
      sound: { sampleRateHz: 44_100, channelCount: 2, isSilent: true },
    });
    const planes = createPlanes(192, 108);
    for (let frame = 0; frame < 30; frame++) {
      drawTestPicture(planes, frame);
      await writer.writePicture(frame % 2 === 0 ? planes : planarToRgb(planes));
    }
    await writer.finish();
    const { source, index } = await probeSource(io, path, limits);
    expect(source.video).toMatchObject({ codec: "h264", frameCount: 30, isVariableFrameRate: false });
    expect(source.video.frameRate).toBeCloseTo(29.97, 2);
    expect(index.smartCutBlocker).toBeUndefined();
    expect(index.cutPoints.map(({ packet }) => packet)).toEqual([0, 10, 20, 30]);
    expect(index.presentationSeconds[0]).toBe(0);
    expect(source.audio).toMatchObject([{ codec: "aac", sampleRateHz: 44_100, channelCount: 2 }]);
    const input = await io.openInput(path);
    expect(input.tracks[1]?.durationSeconds).toBeCloseTo((30 * 1001) / 30_000, 2);
    input.close();
  });

  it("carries given sound and works without any", async () => {
    const path = inFolder("tone.mp4");
    const writer = await openVideoWriter(io, path, {
      widthPixels: 64,
      heightPixels: 64,
      frameRate: { numerator: 25, denominator: 1 },
      bFrames: 0,
      sound: { sampleRateHz: 16_000, channelCount: 1 },
    });
    await writer.writeSound(Float32Array.from({ length: 16_000 }, (_, at) => Math.sin(at / 8)));
    for (let frame = 0; frame < 25; frame++) await writer.writePicture(createPlanes(64, 64));
    await writer.finish();
    expect((await probeSource(io, path, limits)).source.audio).toMatchObject([
      { sampleRateHz: 16_000, channelCount: 1 },
    ]);
  });
});

describe("grabFrames", () => {
  it("gives chosen frames upright and in the order asked for", async () => {
    const path = await writeFixture("rotated.mp4", inFolder("rotated.mp4"));
    const [late, early, behind] = await grabFrames(io, path, [40, 0, 999]);
    expect(late).toMatchObject({ widthPixels: 108, heightPixels: 192 });
    // Stored row 8, column 3 * 16 + 8 holds bit 3 of the number; turned clockwise it lies in column 108 - 9.
    const bit = (image: typeof late, number: number) => (image?.rgb[((number * 16 + 8) * 108 + 99) * 3] ?? 0) > 128;
    const read = (image: typeof late) =>
      [0, 1, 2, 3, 4, 5].reduce((sum, at) => sum + (bit(image, at) ? 1 << at : 0), 0);
    expect([read(late), read(early), read(behind)]).toEqual([40, 0, 59]);
  });
});
