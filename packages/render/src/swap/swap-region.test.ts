import { expect, it } from "vitest";
import { engineFactsOf } from "#engines/engine-facts.js";
import { createNodeAvIo, probeSource } from "#media/index.js";
import type { CaptionPainterOrder, MediaIO } from "#media/media-io.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { packetsToDecode } from "#model/packets-to-decode.js";
import { defaultLimits } from "#model/request.js";
import { createStopwatch } from "#stopwatch.js";
import { regionParts, type RegionWork } from "./region-work.js";
import { swapRegion } from "./swap-region.js";

const inFolder = useTempFolder();

/** Media whose painter fills a picture with white, and says when it did. */
function recordingIo() {
  const [orders, times]: [CaptionPainterOrder[], number[]] = [[], []];
  let closed = 0;
  const io: MediaIO = {
    ...createNodeAvIo(),
    async openCaptionPainter(order) {
      orders.push(order);
      return {
        async paint(planes, seconds) {
          times.push(seconds);
          planes.y.fill(235);
        },
        close: () => void closed++,
      };
    },
  };
  return { io, orders, times, closed: () => closed };
}

/** Codes frames 5 to 40 of a film of 60 again, with captions that are shown in these frames. */
async function burn(path: string, shown: readonly (readonly [startFrame: number, endFrame: number])[]) {
  const { io, ...painted } = recordingIo();
  const { source, index } = await probeSource(io, path, defaultLimits);
  const seconds = (frame: number) => index.presentationSeconds[frame]!;
  const range = { startFrame: 5, endFrame: 40 };
  const work: RegionWork = {
    sourcePath: path,
    video: source.video,
    region: { index: 0, kind: "changed", ...range, ...packetsToDecode(index.decodeStarts!, range) },
    swaps: [],
    origin: {
      engine: await engineFactsOf("mesh"),
      sourceSha256: source.sha256,
      trackIndex: source.video.index,
      isConverted: true,
      cast: [],
    },
    stitch: { mode: "uniform" },
    marks: "none",
    captions: {
      assPath: "a.ass",
      fontsFolder: "fonts",
      spans: shown.map(([start, end]) => ({ startSeconds: seconds(start), endSeconds: seconds(end) })),
    },
    clipPath: inFolder("region.clip"),
  };
  const tools = { io, stopwatch: createStopwatch(regionParts) };
  await swapRegion(work, tools, new AbortController().signal, () => undefined);
  return { ...painted, seconds, work };
}

// A player's 0:00 is 1.4 s of this stream's own clock.
it("draws captions onto the frames that a player shows within their spans", async () => {
  const path = await writeFixture("transport.ts", inFolder("transport.ts"));
  const { orders, times, closed, seconds } = await burn(path, [
    [2, 8],
    [10, 13],
  ]);
  // Of each frame of 1/30 s, the captions of its middle.
  const middles = [5, 6, 7, 10, 11, 12].map((frame) => seconds(frame) + 1 / 60);
  expect(times.map((time) => time.toFixed(4))).toEqual(middles.map((time) => time.toFixed(4)));
  expect(seconds(0)).toBeLessThan(0.2);
  expect(orders).toMatchObject([{ assPath: "a.ass", widthPixels: 192, heightPixels: 108, rotation: 0 }]);
  expect(closed()).toBe(1);
});

it("opens no painter where nothing is shown", async () => {
  const { orders, times } = await burn(await writeFixture("pre-roll.mp4", inFolder("pre-roll.mp4")), [
    [0, 5],
    [40, 50],
  ]);
  expect({ orders, times }).toEqual({ orders: [], times: [] });
});

it("tells the painter how the picture is turned", async () => {
  const { orders, times } = await burn(await writeFixture("rotated.mp4", inFolder("rotated.mp4")), [[6, 7]]);
  expect(times).toHaveLength(1);
  expect(orders).toMatchObject([{ rotation: 90, isFullRange: false }]);
});
