import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { captionSample } from "#media/caption-sample.js";
import type { CodedPacket, MediaIO } from "#media/media-io.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { captionsOf } from "#media/testing/captions-of.js";
import { fixtures, writeFixture, type FixtureName } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import type { PlanarFrame } from "#model/image.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";
import { createFfmpegIo } from "./ffmpeg-io.js";

const inFolder = useTempFolder();
const names = Object.keys(fixtures) as FixtureName[];
const clips = [
  "talk-woman-6s.mp4",
  "outdoor-woman-9x16.mp4",
  "no-face.mp4",
  "two-faces.mp4",
  "selfie-man-9x16.mp4",
] as const;

/** Made by the program itself: node-av's encoder of AV1 talks. */
const av1Path = inFolder("av1.mp4");
const av1Args = [
  "-f",
  "lavfi",
  "-i",
  "testsrc=size=192x108:duration=1",
  "-c:v",
  "libsvtav1",
  "-pix_fmt",
  "yuv420p",
  av1Path,
];
const hasAv1 = spawnSync("ffmpeg", av1Args, { stdio: "ignore" }).status === 0;

/** The scaler's and the deinterlacer's results changed by a level here and there between FFmpeg 5 and 8. */
const isConvertedAnew = (name: string) => name === "full-chroma.mp4" || name === "interlaced.mp4";

const languageAndDefault = "stream_disposition=default:stream_tags=language";

/** Everything that is read of a file: facts, packets with their payloads, pictures with their pixels. */
async function readAll(io: MediaIO, path: string) {
  const input = await io.openInput(path);
  const video = input.tracks.findIndex(({ kind }) => kind === "video");
  const decoder = video < 0 ? undefined : input.openDecoder(video, { convert: true, strict: true });
  const packets: string[] = [];
  const durations: number[] = [];
  const pictures: string[] = [];
  const receive = async (): Promise<void> => {
    for (let one = await decoder?.receive(); one !== undefined; one = await decoder?.receive()) {
      pictures.push(`${one.ptsTicks} ${digestOfPlanes(one.planes)}`);
      one.release();
    }
  };
  try {
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      packets.push(describePacket(packet));
      durations.push(packet.durationTicks);
      if (packet.trackIndex === video) await decoder?.send(packet);
      await receive();
    }
    await decoder?.send(undefined);
    await receive();
    const { container, zeroSeconds, endedEarly, tracks } = input;
    // Bit rates are guesses where a container states none, start codes have three bytes or four, and a pixel's shape may be
    // unknown or square.
    const facts = tracks.map(({ picture, ...track }) => ({
      ...track,
      bitRate: 0,
      configuration: track.configuration.length > 0,
      picture: picture && { ...picture, sampleAspectRatio: Math.max(1, picture.sampleAspectRatio.numerator) },
    }));
    return { container, zeroSeconds, endedEarly, facts, packets, durations, pictures, errors: decoder?.errorCount };
  } finally {
    decoder?.close();
    input.close();
  }
}

function describePacket(packet: CodedPacket): string {
  const { trackIndex, ptsTicks, dtsTicks, isKeyframe, isHidden, isDamaged, isReconfigured, payload } = packet;
  const digest = createHash("sha1").update(payload).digest("hex");
  return [trackIndex, ptsTicks, dtsTicks, isKeyframe, isHidden, isDamaged, isReconfigured, digest].join(" ");
}

function digestOfPlanes({
  widthPixels,
  heightPixels,
  y,
  u,
  v,
  lumaStride,
  chromaStride,
  ...rest
}: PlanarFrame): string {
  const hash = createHash("sha1").update(`${widthPixels} ${heightPixels} ${rest.isFullRange} ${rest.matrix}`);
  for (let row = 0; row < heightPixels; row++)
    hash.update(y.subarray(row * lumaStride, row * lumaStride + widthPixels));
  for (const plane of [u, v]) {
    for (let row = 0; row < heightPixels >> 1; row++) {
      hash.update(plane.subarray(row * chromaStride, row * chromaStride + (widthPixels >> 1)));
    }
  }
  return hash.digest("hex");
}

async function expectSame(name: string, path: string): Promise<void> {
  const [expected, found] = [await readAll(createNodeAvIo(), path), await readAll(createFfmpegIo(), path)];
  const timesOnly = (pictures: readonly string[]) => pictures.map((one) => one.split(" ", 1));
  const comparable = (all: typeof found) => ({
    ...all,
    durations: [],
    pictures: isConvertedAnew(name) ? timesOnly(all.pictures) : all.pictures,
  });
  expect(comparable(found)).toEqual(comparable(expected));
  // FFmpeg 8 takes what is to be dropped off the length of a sound track's first and last packet, FFmpeg 5 does not.
  const other = found.durations.filter((ticks, number) => ticks !== expected.durations[number]);
  expect(other.length).toBeLessThanOrEqual(2);
}

describe.skipIf(spawnSync("ffmpeg", ["-version"]).status !== 0)("the machine's FFmpeg", () => {
  it.each(names)("reads and decodes %s as node-av does, bit for bit", async (name) => {
    await expectSame(name, await writeFixture(name, inFolder(name)));
  });

  it.skipIf(!hasAv1)("reads and decodes AV1 as node-av does, bit for bit", () => expectSame("av1.mp4", av1Path));

  it.each([
    ["node-av", createNodeAvIo],
    ["ffmpeg", createFfmpegIo],
  ] as const)("reads the captions that %s wrote as node-av and the program itself do", async (name, open) => {
    const path = inFolder(`captioned-by-${name}.mp4`);
    const output = await open().openOutput(path);
    const track = output.addCaptions({ language: "deu" });
    await output.start();
    for (const [at, text] of ["", "eins {1}\nzwei", "", "👋"].entries()) {
      const times = { ptsTicks: 700 * at, dtsTicks: 700 * at, durationTicks: 700 };
      await output.write(track, { ...times, isKeyframe: true, payload: captionSample(text) });
    }
    await output.finish();
    const read = await captionsOf(createFfmpegIo(), path);
    expect(read).toEqual(await captionsOf(createNodeAvIo(), path));
    expect(read.map(({ startMs, endMs }) => [startMs, endMs])).toEqual(
      [0, 1, 2, 3].map((at) => [700 * at, 700 * at + 700]),
    );
    const srt = spawnSync("ffmpeg", ["-v", "error", "-i", path, "-f", "srt", "-"], { encoding: "utf8" }).stdout;
    expect(
      srt
        .replaceAll(/<[^>]*>/g, "")
        .trim()
        .split(/\s*\n+/),
    ).toEqual(["1", "00:00:00,700 --> 00:00:01,400", "eins {1}", "zwei", "2", "00:00:02,100 --> 00:00:02,800", "👋"]);
    const { stdout } = spawnSync("ffprobe", [
      "-v",
      "error",
      "-show_entries",
      languageAndDefault,
      "-of",
      "csv=p=0",
      path,
    ]);
    expect(stdout.toString().trim()).toBe("1,deu");
  });

  it("says what it cannot decode", async () => {
    const path = await writeFixture("closed.mp4", inFolder("unknown.mp4"));
    const bytes = readFileSync(path);
    bytes.write("zzzz", bytes.lastIndexOf("avc1"));
    writeFileSync(path, bytes);
    const input = await createFfmpegIo().openInput(path);
    const decoder = input.openDecoder(0);
    await decoder.send(await input.read());
    await decoder.send(undefined);
    await expect(decoder.receive()).rejects.toMatchObject({ code: "unreadable-media" });
    decoder.close();
    input.close();
  });

  it.skipIf(!hasSharedMedia).each(clips)("reads and decodes %s as node-av does, bit for bit", async (name) => {
    await expectSame(name, join(sharedMedia, name));
  });
});
