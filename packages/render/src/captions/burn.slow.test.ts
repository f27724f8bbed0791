import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createFfmpegIo, createNodeAvIo, type MediaIO } from "#media/index.js";
import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { loadCaptionFont, type CaptionFont } from "./font/caption-font.js";
import { makeCaptions } from "./make-captions.js";
import { burnFrames } from "./testing/burn-frames.js";
import { plainLuma, plainPicture } from "./testing/look-at-pictures.js";
import { speak } from "./testing/speak.js";
import { writeAss } from "./write-ass.js";

const size = { widthPixels: 270, heightPixels: 480 };
let font: CaptionFont;
beforeAll(async () => {
  font = await loadCaptionFont("Montserrat ExtraBold");
});

/** Whether the machine has an `ffmpeg` that can draw captions. */
function hasFfmpeg(): boolean {
  try {
    return / ass /.test(execFileSync("ffmpeg", ["-hide_banner", "-filters"], { encoding: "utf8" }));
  } catch {
    return false;
  }
}

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "captions-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function writeCaptions(folder: string): Promise<string> {
  const assPath = join(folder, "captions.ass");
  const track = makeCaptions(speak(String.raw`get {50% off} at C:\now`), { preset: "social-9x16", ...size }, font);
  await writeFile(assPath, writeAss(track, font));
  return assPath;
}

/** The upright luma of captions at these times, drawn on grey that is stored turned. */
async function draw(
  io: MediaIO,
  files: { readonly assPath: string; readonly fontsFolder: string },
  { rotation = 0, times = [0.6] }: { readonly rotation?: Rotation; readonly times?: readonly number[] } = {},
): Promise<Uint8Array[]> {
  const { widthPixels, heightPixels } = size;
  const isSideways = rotation === 90 || rotation === 270;
  const background = isSideways ? plainPicture(heightPixels, widthPixels) : plainPicture(widthPixels, heightPixels);
  const pictures: Uint8Array[] = [];
  await burnFrames(io, { ...files, background, rotation, times }, (planes) =>
    pictures.push(uprightLuma(planes, rotation)),
  );
  return pictures;
}

function uprightLuma({ y, lumaStride, widthPixels, heightPixels }: PlanarFrame, rotation: Rotation): Uint8Array {
  const luma = new Uint8Array(widthPixels * heightPixels);
  const width = rotation === 90 || rotation === 270 ? heightPixels : widthPixels;
  for (let row = 0; row < heightPixels; row++) {
    for (let column = 0; column < widthPixels; column++) {
      const [x, upright] = {
        0: [column, row],
        90: [heightPixels - 1 - row, column],
        180: [widthPixels - 1 - column, heightPixels - 1 - row],
        270: [row, widthPixels - 1 - column],
      }[rotation] as [number, number];
      luma[upright * width + x] = y[row * lumaStride + column]!;
    }
  }
  return luma;
}

const isDrawn = (luma: number): boolean => Math.abs(luma - plainLuma) > 20;

function differing(one: Uint8Array, other: Uint8Array): number {
  return one.filter((luma, at) => Math.abs(luma - other[at]!) > 20).length;
}

const implementations: readonly (readonly [string, () => MediaIO])[] = [
  ["node-av", createNodeAvIo],
  ...(hasFfmpeg() ? [["ffmpeg", createFfmpegIo] as const] : []),
];

describe.each(implementations)("captions drawn by %s", (_, open) => {
  it("are the same from a folder of any name", async () => {
    const fontsFolder = join(await tempFolder(), String.raw`fonts: it's [my], \own; 100%`);
    await mkdir(fontsFolder);
    await cp(font.folder, fontsFolder, { recursive: true });
    const odd = await draw(open(), { assPath: await writeCaptions(fontsFolder), fontsFolder });
    const plain = await draw(open(), { assPath: await writeCaptions(await tempFolder()), fontsFolder: font.folder });
    expect(odd).toEqual(plain);
    expect(plain[0]!.filter(isDrawn).length).toBeGreaterThan(1000);
  });

  it("stand upright, as a player turns the picture", async () => {
    const files = { assPath: await writeCaptions(await tempFolder()), fontsFolder: font.folder };
    const plain = await draw(open(), files);
    for (const rotation of [90, 180, 270] as const) expect(await draw(open(), files, { rotation })).toEqual(plain);
  });

  it("come and go with their times, and leave the picture as it is between them", async () => {
    const files = { assPath: await writeCaptions(await tempFolder()), fontsFolder: font.folder };
    const times = [0, 0.399, 0.4, 0.6, 0.6, 600];
    const pictures = await draw(open(), files, { times });
    expect(pictures.map((luma) => luma.some(isDrawn))).toEqual([false, false, true, true, true, false]);
    expect(pictures[0]!.every((luma) => luma === plainLuma)).toBe(true);
    expect(pictures[4]).toEqual(pictures[3]);
  });

  it("are refused when there is no such file", async () => {
    const drawn = draw(open(), { assPath: join(await tempFolder(), "none.ass"), fontsFolder: font.folder });
    await expect(drawn).rejects.toMatchObject({ code: "internal-error" });
  });
});

it.skipIf(!hasFfmpeg())("node-av and FFmpeg draw the same picture", async () => {
  const files = { assPath: await writeCaptions(await tempFolder()), fontsFolder: font.folder };
  const [inProcess] = await draw(createNodeAvIo(), files);
  const [byProgram] = await draw(createFfmpegIo(), files);
  // Two versions of libass round outlines differently.
  expect(differing(inProcess!, byProgram!)).toBeLessThan(inProcess!.filter(isDrawn).length / 20);
});
