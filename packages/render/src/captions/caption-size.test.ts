import { expect, test } from "vitest";
import type { MediaInput, PictureFacts } from "#media/media-io.js";
import type { Rotation } from "#model/media.js";
import { captionSizeOf } from "./caption-size.js";

/** What a fake film of 1920x1080 is like. */
interface FakeFilm {
  readonly rotation: Rotation;
  readonly rate: number;
  /** Width and height of a pixel; default unknown. */
  readonly pixel?: readonly [number, number];
}

/** A file with a cover picture and, perhaps, a film. */
function fakeIo(film?: FakeFilm) {
  const picture = ({ rotation, rate, pixel: [numerator, denominator] = [0, 1] }: FakeFilm) =>
    ({
      widthPixels: 1920,
      heightPixels: 1080,
      rotation,
      sampleAspectRatio: { numerator, denominator },
      averageFrameRate: { numerator: rate, denominator: 1001 },
    }) as PictureFacts;
  const tracks = [
    { kind: "video", isCoverArt: true, picture: picture({ rotation: 0, rate: 25_025 }) },
    ...(film === undefined ? [] : [{ kind: "video", isCoverArt: false, picture: picture(film) }]),
  ];
  let closed = 0;
  const input = { tracks, close: () => void closed++ } as unknown as MediaInput;
  return { openInput: async () => input, closed: () => closed };
}

test("a video's captions are made for the picture as it is shown, at its frame rate", async () => {
  const io = fakeIo({ rotation: 90, rate: 30_000 });
  expect(await captionSizeOf(io, "a.mp4")).toEqual({ widthPixels: 1080, heightPixels: 1920, frameRate: 30_000 / 1001 });
  expect(io.closed()).toBe(1);
});

test.each([
  [0, [4, 3], "2560x1080"],
  [90, [4, 3], "1080x2560"],
  [0, [1, 1000], "1920x1080"],
  [0, [1, 0], "1920x1080"],
] as const)("turned by %i degrees, pixels of %j are shown as %s", async (rotation, pixel, size) => {
  const { widthPixels, heightPixels } = await captionSizeOf(fakeIo({ rotation, rate: 30_000, pixel }), "a.mp4");
  expect(`${widthPixels}x${heightPixels}`).toBe(size);
});

test("a frame rate that says nothing is left out", async () => {
  expect(await captionSizeOf(fakeIo({ rotation: 0, rate: 0 }), "a.mp4")).toEqual({
    widthPixels: 1920,
    heightPixels: 1080,
  });
});

test("a file without a film is refused, and closed", async () => {
  const io = fakeIo();
  await expect(captionSizeOf(io, "a.mp4")).rejects.toMatchObject({ code: "no-video-track" });
  expect(io.closed()).toBe(1);
});
