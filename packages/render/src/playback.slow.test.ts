import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BufferTarget, Conversion, FilePathSource, Input, MP4, Mp4OutputFormat, Output } from "mediabunny";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeAvIo, grabFrames } from "#media/index.js";
import type { RgbImage } from "#model/image.js";
import { writeActorPair } from "#testing/actor-clip.js";
import { renderTo, requestFor } from "#testing/render-files.js";

/** Debian's and Google's usual places; `CHROMIUM` names another. */
const chromiumPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

const frameRate = 15;
/** Middles of frames in swapped, kept and again swapped seconds, and on both sides of each joint. */
const seekFrames = [0, 7, 14, 15, 22, 29, 30, 37, 44, 45, 59, 60, 74, 75, 89];
/** Pictures are compared at this size, where one wrong or broken frame shows and colour rounding does not. */
const thumb = { width: 32, height: 24 };

describe.skipIf(chromiumPath === undefined)("a rendered file in Chromium", () => {
  let folder: string;
  let browser: Browser;
  let server: Server;
  let page: Page;
  let expected: number[][];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-playback-"));
    const files = await writeActorPair(folder, { durationSeconds: 6, frameRate, gopFrames: 15 });
    const outputPath = join(folder, "out.mp4");
    const manifest = await renderTo(outputPath, await requestFor(files, { swap: "0-1,2.5-3,4-5" }));
    expect(manifest.plan.stitch.mode).toBe("smart");
    expect(manifest.plan.regions).toHaveLength(3);
    expected = (await grabFrames(createNodeAvIo(), outputPath, seekFrames)).map(shrink);
    const bodies = new Map([
      ["/whole.mp4", await readFile(outputPath)],
      ["/fragmented.mp4", await fragment(outputPath)],
    ]);
    server = createServer((request, response) => answer(request, response, bodies));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    await rm(folder, { recursive: true, force: true });
  });

  const ways = {
    "by file": () => page.evaluate(`openFile("/whole.mp4")`),
    "through Media Source Extensions": () => page.evaluate(`openMediaSource("/fragmented.mp4")`),
  };

  describe.each(Object.entries(ways))("%s", (_name, open) => {
    it("plays to its end without an error, showing nearly every frame", async () => {
      await open();
      const played = (await page.evaluate("playToEnd()")) as { frames: number; error: string | null; seconds: number };
      expect(played.error).toBeNull();
      expect(played.seconds).toBeCloseTo(6, 1);
      expect(played.frames).toBeGreaterThan(80);
    });

    it("seeks to the right picture on both sides of every joint", async () => {
      await open();
      const wrong: string[] = [];
      for (const [i, frame] of seekFrames.entries()) {
        const seconds = (frame + 0.5) / frameRate;
        const seen = (await page.evaluate(`seekTo(${seconds}, ${thumb.width}, ${thumb.height})`)) as number[];
        const differences = expected.map((picture) => meanDifference(seen, picture));
        const nearest = differences.indexOf(Math.min(...differences));
        if (nearest !== i) wrong.push(`frame ${frame} looks like frame ${seekFrames[nearest]}`);
        else if (differences[i]! > 4) wrong.push(`frame ${frame} differs by ${differences[i]!.toFixed(1)}`);
      }
      expect(wrong).toEqual([]);
    });
  });
});

function answer(request: IncomingMessage, response: ServerResponse, bodies: ReadonlyMap<string, Buffer>): void {
  const body = bodies.get(request.url ?? "");
  if (body === undefined) {
    response.setHeader("content-type", "text/html").end(playerPage);
    return;
  }
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] ? Number(range[2]) : body.length - 1;
  response.writeHead(range === null ? 200 : 206, {
    "content-type": "video/mp4",
    "accept-ranges": "bytes",
    "content-length": end - start + 1,
    ...(range === null ? {} : { "content-range": `bytes ${start}-${end}/${body.length}` }),
  });
  response.end(body.subarray(start, end + 1));
}

/** The same packets as a fragmented file, the form Media Source Extensions take. */
async function fragment(path: string): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "fragmented" }), target });
  const input = new Input({ source: new FilePathSource(path), formats: [MP4] });
  const conversion = await Conversion.init({ input, output });
  expect(conversion.discardedTracks).toEqual([]);
  await conversion.execute();
  return Buffer.from(target.buffer!);
}

/** Area average to the thumb size, RGB. */
function shrink({ rgb, widthPixels, heightPixels }: RgbImage): number[] {
  const out: number[] = [];
  for (let y = 0; y < thumb.height; y += 1) {
    for (let x = 0; x < thumb.width; x += 1) {
      const [left, right] = [x, x + 1].map((v) => Math.round((v * widthPixels) / thumb.width)) as [number, number];
      const [top, bottom] = [y, y + 1].map((v) => Math.round((v * heightPixels) / thumb.height)) as [number, number];
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let j = top; j < bottom; j += 1) {
          for (let i = left; i < right; i += 1) sum += rgb[(j * widthPixels + i) * 3 + channel]!;
        }
        out.push(sum / ((right - left) * (bottom - top)));
      }
    }
  }
  return out;
}

function meanDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

const playerPage = `<!doctype html><video muted></video><script>
const video = document.querySelector("video");
const once = (target, name) => new Promise((resolve, reject) => {
  target.addEventListener(name, resolve, { once: true });
  video.addEventListener("error", () => reject(new Error(video.error.message)), { once: true });
});
async function openFile(url) {
  const loaded = once(video, "loadeddata");
  video.src = url;
  await loaded;
}
async function openMediaSource(url) {
  const source = new MediaSource();
  const loaded = once(video, "loadeddata");
  video.src = URL.createObjectURL(source);
  await once(source, "sourceopen");
  const buffer = source.addSourceBuffer('video/mp4; codecs="avc1.64001f,mp4a.40.2"');
  buffer.appendBuffer(await (await fetch(url)).arrayBuffer());
  await once(buffer, "updateend");
  source.endOfStream();
  await loaded;
}
async function playToEnd() {
  let frames = 0;
  const count = () => { frames += 1; video.requestVideoFrameCallback(count); };
  video.requestVideoFrameCallback(count);
  const ended = once(video, "ended");
  await video.play();
  await ended;
  return { frames, error: video.error && video.error.message, seconds: video.currentTime };
}
async function seekTo(seconds, width, height) {
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const seeked = once(video, "seeked");
  video.currentTime = seconds;
  await seeked;
  await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 1000))]);
  const full = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  full.getContext("2d").drawImage(video, 0, 0);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(full, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from(data).filter((_, i) => i % 4 !== 3);
}
</script>`;
