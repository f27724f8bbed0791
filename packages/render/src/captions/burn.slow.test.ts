import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { assFilterGraph, type CaptionFiles } from "./filter-option.js";
import { loadCaptionFont } from "./font/caption-font.js";
import { makeCaptions } from "./make-captions.js";
import { burnFrames } from "./testing/burn-frames.js";
import { plainLuma, plainPicture } from "./testing/look-at-pictures.js";
import { speak } from "./testing/speak.js";
import { writeAss } from "./write-ass.js";

const size = { widthPixels: 270, heightPixels: 480 };

/** Whether the machine has an `ffmpeg` that can draw captions. */
function hasFfmpeg(): boolean {
  try {
    return / ass /.test(execFileSync("ffmpeg", ["-hide_banner", "-filters"], { encoding: "utf8" }));
  } catch {
    return false;
  }
}

/** Luma of the picture at 0.6 s, drawn by the machine's FFmpeg. */
function drawWithFfmpeg(filter: string): Uint8Array {
  const source = `color=c=black:s=${size.widthPixels}x${size.heightPixels}:r=10:d=1,format=yuv420p,lutyuv=y=${plainLuma}`;
  const args = [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    source,
    "-vf",
    filter,
    "-frames:v",
    "7",
    "-f",
    "rawvideo",
    "pipe:1",
  ];
  const bytes = execFileSync("ffmpeg", args, { maxBuffer: 10_000_000 });
  const pixels = size.widthPixels * size.heightPixels;
  return bytes.subarray(6 * pixels * 1.5, 6 * pixels * 1.5 + pixels);
}

/** The same by node-av. */
async function drawInProcess(files: CaptionFiles): Promise<Uint8Array> {
  const { widthPixels, heightPixels } = size;
  const luma = new Uint8Array(widthPixels * heightPixels);
  const background = plainPicture(widthPixels, heightPixels);
  await burnFrames({ ...files, background, times: [0.6] }, ({ y, lumaStride }) => {
    for (let row = 0; row < heightPixels; row++) {
      luma.set(y.subarray(row * lumaStride, row * lumaStride + widthPixels), row * widthPixels);
    }
  });
  return luma;
}

test.skipIf(!hasFfmpeg())("node-av and FFmpeg draw the same picture, from a folder of any name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "captions-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const font = await loadCaptionFont("Montserrat ExtraBold");
  const fontsFolder = join(folder, String.raw`fonts: it's [my], \own; 100%`);
  await mkdir(fontsFolder);
  await cp(font.folder, fontsFolder, { recursive: true });
  const assPath = join(fontsFolder, "captions.ass");
  const track = makeCaptions(speak(String.raw`get {50% off} at C:\now`), { preset: "social-9x16", ...size }, font);
  await writeFile(assPath, writeAss(track, font));
  const inProcess = await drawInProcess({ assPath, fontsFolder });
  const elsewhere = await mkdtemp(join(tmpdir(), "captions-"));
  onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
  await cp(assPath, join(elsewhere, "captions.ass"));
  const plain = await drawInProcess({ assPath: join(elsewhere, "captions.ass"), fontsFolder: font.folder });
  expect(inProcess).toEqual(plain);
  const byProgram = drawWithFfmpeg(assFilterGraph({ assPath, fontsFolder }));
  const drawn = inProcess.filter((luma) => Math.abs(luma - plainLuma) > 20).length;
  const different = inProcess.filter((luma, at) => Math.abs(luma - byProgram[at]!) > 20).length;
  expect(drawn).toBeGreaterThan(1000);
  // Two versions of libass round outlines differently.
  expect(different).toBeLessThan(drawn / 20);
});
