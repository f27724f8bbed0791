import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BufferTarget, Conversion, FilePathSource, Input, MP4, Mp4OutputFormat, Output } from "mediabunny";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeAvIo, grabFrames } from "#media/index.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import { writeActorPair } from "#testing/actor-clip.js";
import { openFirefox, pageScript, type DrivenPage } from "#testing/drive-firefox.js";
import { picturePacketsOf } from "#testing/picture-packets.js";
import { renderTo, requestFor } from "#testing/render-files.js";

/** Debian's and Google's usual places; `CHROMIUM` and `FIREFOX` name others. */
const browserPaths = {
  Chromium: firstOf([process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"]),
  Firefox: firstOf([process.env["FIREFOX"], "/usr/bin/firefox-esr", "/usr/bin/firefox"]),
};

const io = createNodeAvIo();
const frameRate = 15;
/** Middles of frames in swapped, kept and again swapped seconds, and on both sides of each joint. */
const seekFrames = [0, 7, 14, 15, 22, 29, 30, 37, 38, 44, 45, 59, 60, 74, 75, 89];
/** Pictures are compared at this size, where one wrong or broken frame shows and colour rounding does not. */
const thumb = { width: 32, height: 24 };

/** What is played: a smart cut, and the uniform film of a template's second customer. */
const films = ["smart", "uniform"] as const;
const expected: Partial<Record<(typeof films)[number], number[][]>> = {};

let folder: string;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-playback-"));
  const files = await writeActorPair(folder, { durationSeconds: 6, frameRate, gopFrames: 15 });
  const templates = createDiskTemplates(join(folder, "templates"));
  const make = async (name: string, stitch: (typeof films)[number]) => {
    const request = await requestFor(files, { swap: "0-1,2.5-3,4-5", stitch });
    return renderTo(join(folder, `${name}.mp4`), request, { change: () => ({ templates }) });
  };
  const smart = await make("smart", "smart");
  expect(smart.plan.regions).toHaveLength(3);
  await make("first", "uniform");
  expect((await make("uniform", "uniform")).frames.reencoded).toBe(37);
  const bodies = new Map<string, Buffer>();
  for (const film of films) {
    const path = join(folder, `${film}.mp4`);
    expected[film] = (await grabFrames(io, path, seekFrames)).map(({ rgb, widthPixels, heightPixels }) =>
      shrink(rgb, widthPixels, heightPixels, 3),
    );
    bodies.set(`/whole-${film}.mp4`, await readFile(path));
    const fragmented = await fragment(path);
    bodies.set(`/fragmented-${film}.mp4`, fragmented);
    await writeFile(`${path}.fragmented`, fragmented);
    const [packets, same] = [await picturePacketsOf(io, path), await picturePacketsOf(io, `${path}.fragmented`)];
    expect(same.payloads).toEqual(packets.payloads);
  }
  server = createServer((request, response) => answer(request, response, bodies));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  await rm(folder, { recursive: true, force: true });
});

describe.each(["Chromium", "Firefox"] as const)("%s", (name) => {
  const path = browserPaths[name];
  let page: DrivenPage;

  beforeAll(async () => {
    if (path !== undefined) page = await openers[name](path, url);
  });
  afterAll(() => page?.close());

  describe.skipIf(path === undefined).each(films)("plays a %s film", (film) => {
    const ways = {
      "by file": `openFile("/whole-${film}.mp4")`,
      "through Media Source Extensions": `openMediaSource("/fragmented-${film}.mp4")`,
    };

    it.each(Object.entries(ways))("%s to its end without an error, showing nearly every frame", async (_way, open) => {
      await page.evaluate(open);
      const played = (await page.evaluate("playToEnd()")) as { frames: number; error: string | null; seconds: number };
      expect(played.error).toBeNull();
      expect(played.seconds).toBeCloseTo(6, 1);
      expect(played.frames).toBeGreaterThan(80);
    });

    it.each(Object.entries(ways))(
      "%s, and seeks to the right picture on both sides of every joint",
      async (_way, open) => {
        await page.evaluate(open);
        const wrong: string[] = [];
        for (const [i, frame] of seekFrames.entries()) {
          const seconds = (frame + 0.5) / frameRate;
          const seen = (await page.evaluate(`seekTo(${seconds})`)) as number[];
          const differences = expected[film]!.map((picture) => meanDifference(seen, picture));
          const nearest = differences.indexOf(Math.min(...differences));
          if (nearest !== i) wrong.push(`frame ${frame} looks like frame ${seekFrames[nearest]}`);
          else if (differences[i]! > 4) wrong.push(`frame ${frame} differs by ${differences[i]!.toFixed(1)}`);
        }
        expect(wrong).toEqual([]);
      },
    );
  });
});

const openers = {
  async Chromium(path: string, pageUrl: string): Promise<DrivenPage> {
    const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
    const page = await browser.newPage();
    await page.goto(pageUrl);
    return { evaluate: (expression) => page.evaluate(expression), close: () => browser.close() };
  },
  Firefox: openFirefox,
};

function firstOf(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined && existsSync(path));
}

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

/** Area average to the thumb size, RGB; the page runs its text, because browsers shrink pictures each in its own way. */
function shrink(pixels: Uint8Array | Uint8ClampedArray, width: number, height: number, channels: 3 | 4): number[] {
  const out: number[] = [];
  for (let y = 0; y < thumb.height; y += 1) {
    for (let x = 0; x < thumb.width; x += 1) {
      const left = Math.round((x * width) / thumb.width);
      const right = Math.round(((x + 1) * width) / thumb.width);
      const top = Math.round((y * height) / thumb.height);
      const bottom = Math.round(((y + 1) * height) / thumb.height);
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let j = top; j < bottom; j += 1) {
          for (let i = left; i < right; i += 1) sum += pixels[(j * width + i) * channels + channel]!;
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
async function seekTo(seconds) {
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const seeked = once(video, "seeked");
  video.currentTime = seconds;
  await seeked;
  await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 1000))]);
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  return shrink(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height, 4);
}
${shrink}
const thumb = ${JSON.stringify(thumb)};
${pageScript}
</script>`;
