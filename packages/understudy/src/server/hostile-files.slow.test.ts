import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drawClip, drawDemoPortrait } from "#demo/draw-clip.js";
import { createApiClient, type ApiClient, type RenderAnswer } from "#testing/service-lab/api-client.js";
import { startServe, type ServeProcess } from "#testing/service-lab/serve-process.js";

let [folder, service, client]: [string, ServeProcess, ApiClient] = ["", undefined as never, undefined as never];
let [clip, portrait]: [Buffer, Buffer] = [undefined as never, undefined as never];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-hostile-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const [clipPath, portraitPath] = [join(folder, "clip.mp4"), join(folder, "portrait.jpg")];
  const size = { widthPixels: 320, heightPixels: 180, framesPerSecond: 10, durationSeconds: 2, seed: 1 };
  await drawClip(size, clipPath, { workers: 1, signal: new AbortController().signal, onProgress: () => undefined });
  await drawDemoPortrait(portraitPath);
  [clip, portrait] = await Promise.all([readFile(clipPath), readFile(portraitPath)]);
  service = await startServe(["--data", join(folder, "data")], { UNDERSTUDY_WORKERS: "1" }, () => undefined);
  client = createApiClient(() => service);
});

afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

it.each<[string, () => { readonly video?: Buffer; readonly photo?: Buffer }, string]>([
  ["a photo of 200 bytes that announces 3,600 million pixels", () => ({ photo: hugePicture() }), "too-many-pixels"],
  ["a video whose pictures are shown for ten days each", () => ({ video: withTimes(clip, 864_000) }), "input-too-long"],
  ["a video that announces 60 million pictures", () => ({ video: withSamples(clip, 60_000_000) }), "unreadable-media"],
  ["a video of which only the head is there", () => ({ video: clip.subarray(0, 400) }), "unreadable-media"],
])("%s ends its render, and costs the service nothing", async (_, files, code) => {
  const { video = clip, photo = portrait } = files();
  const before = peakMegabytes(service.processId);
  const render = await client.call<RenderAnswer>("POST", "/v1/renders", {
    source: { uploadId: await client.upload(video, "video/mp4") },
    face: { uploadId: await client.upload(photo, "image/png") },
    plan: { swap: [{ startSeconds: 0, endSeconds: 1 }] },
    consent: { attestedBy: "Sam Operator" },
  });
  const ended = await endOf(render.id);
  expect(ended).toMatchObject({ state: "failed", error: { code } });
  // That many pixels alone take 10,000; the face engine, which the first render loads, is in here.
  expect(peakMegabytes(service.processId) - before).toBeLessThan(700);
  expect(service.isRunning()).toBe(true);
});

async function endOf(id: string): Promise<RenderAnswer> {
  for (;;) {
    const render = await client.call<RenderAnswer>("GET", `/v1/renders/${id}`);
    if (!["queued", "running"].includes(render.state)) return render;
    await sleep(50);
  }
}

/** Linux tells it; elsewhere the other expectations have to do. */
function peakMegabytes(processId: number): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

/** A PNG of 60,000 x 60,000 pixels, of which not one is there. */
function hugePicture(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60_000, 0);
  header.writeUInt32BE(60_000, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const scanlines = deflateSync(Buffer.alloc(100));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", scanlines), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** Sets how long each picture is shown, in seconds of a scale of 1 a second. */
function withTimes(bytes: Buffer, seconds: number): Buffer {
  const made = Buffer.from(bytes);
  // Version 0: behind the name come version and flags, two dates, then the ticks of a second.
  made.writeUInt32BE(1, made.indexOf("mdhd") + 16);
  made.writeUInt32BE(seconds, made.indexOf("stts") + 16);
  return made;
}

/** Announces so many pictures of one byte each. */
function withSamples(bytes: Buffer, count: number): Buffer {
  const made = Buffer.from(bytes);
  const set = (name: string, ...values: readonly number[]): void => {
    for (const [place, value] of values.entries()) made.writeUInt32BE(value, made.indexOf(name) + 8 + place * 4);
  };
  set("stsz", 1, count);
  set("stts", 1, count, 1);
  set("stsc", 1, 1, count, 1);
  return made;
}
