import { makeFixture, type Fixture } from "#media/node-av/testing/make-fixture.js";

const ultrafast = { options: { preset: "ultrafast" } } as const;
const webmPicture = { encoder: "libvpx-vp9", options: { deadline: "realtime", "cpu-used": 8 } } as const;

/** Media kinds that cutting must know apart: 60 frames of 192x108 with a clean cut every 15 unless said otherwise. */
export const fixtures = {
  "closed.mp4": { picture: { frameCount: 90 }, sound: { seconds: 3 } },
  "vfr-baseline.mp4": {
    picture: { bFrames: 0, options: { profile: "baseline" }, tickOf: (frame) => frame * 512 + (frame % 3) * 170 },
    sound: {},
  },
  /** Starts 20 frames before the edit list lets anything be seen. */
  "pre-roll.mp4": { picture: { frameCount: 90, tickOf: (frame) => (frame - 20) * 512 }, sound: {} },
  "open-gop.mp4": { picture: { options: { "x264-params": "open-gop=1:bframes=2:keyint=15" } } },
  "hevc.mp4": {
    picture: { encoder: "libx265", options: { "x265-params": "log-level=none", preset: "ultrafast" } },
    sound: {},
  },
  "vp9-opus.webm": { container: "webm", picture: webmPicture, sound: { encoder: "libopus" } },
  "vp9-vorbis.webm": { container: "webm", picture: webmPicture, sound: { encoder: "libvorbis" } },
  "odd-size.webm": { container: "webm", picture: { ...webmPicture, widthPixels: 181, heightPixels: 107 } },
  "ten-bit.mp4": { picture: { pixelFormat: "yuv420p10le", options: { profile: "high10", preset: "ultrafast" } } },
  "full-chroma.mp4": {
    picture: {
      pixelFormat: "yuv444p",
      widthPixels: 181,
      heightPixels: 107,
      options: { profile: "high444", preset: "ultrafast" },
    },
  },
  "interlaced.mp4": { picture: { isInterlaced: true, heightPixels: 112, options: { flags: "+ildct+ilme" } } },
  "rotated.mp4": { picture: { rotation: 90 }, sound: {} },
  "mute.mp4": { picture: ultrafast },
  "silent.mp4": { picture: {}, sound: { isSilent: true } },
  "pcm.mov": { container: "mov", picture: {}, sound: { encoder: "pcm_s16le" } },
  "transport.ts": { container: "mpegts", picture: {}, sound: {} },
  "matroska.mkv": { container: "matroska", picture: {}, sound: {} },
  "sound-only.m4a": { sound: {} },
} as const satisfies Record<string, Fixture>;

/** Name of a fixture; also its file name. */
export type FixtureName = keyof typeof fixtures;

/** Writes a fixture, made anew for each test file: the costliest takes a quarter of a second. */
export async function writeFixture(name: FixtureName, path: string): Promise<string> {
  await makeFixture(path, fixtures[name]);
  return path;
}
