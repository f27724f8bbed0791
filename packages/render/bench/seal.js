// Seconds to seal a finished video and read it back, warm and cold, the bytes added, and the same as a ratio to what cannot
// be avoided: a plain copy and a SHA-256 of the same file, measured in the same run.
// Run after `npm run build`: node packages/render/bench/seal.js [VIDEO] [ROUNDS]
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createNodeAvIo, makeKeys, openProvenance, openVideoWriter, readKeys, writeKeys } from "../dist/index.js";

const [givenVideo, rounds = "5"] = process.argv.slice(2);
const signal = new AbortController().signal;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** 30 s of 640x360 noise, about 10 MB. */
async function drawVideo(path) {
  const [widthPixels, heightPixels] = [640, 360];
  const writer = await openVideoWriter(createNodeAvIo(), path, {
    widthPixels,
    heightPixels,
    frameRate: { numerator: 10, denominator: 1 },
    gopFrames: 10,
  });
  const rgb = new Uint8Array(widthPixels * heightPixels * 3);
  let state = 1;
  for (let frame = 0; frame < 300; frame++) {
    for (let i = 0; i < rgb.length; i += 3) {
      state = (state * 48_271) % 0x7fffffff;
      rgb[i] = rgb[i + 1] = rgb[i + 2] = 110 + (state % 10);
    }
    await writer.writePicture({ widthPixels, heightPixels, rgb });
  }
  await writer.finish();
  writer.close();
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const folder = await mkdtemp(join(tmpdir(), "understudy-bench-"));
try {
  const path = givenVideo ?? join(folder, "video.mp4");
  if (givenVideo === undefined) await drawVideo(path);
  const keys = join(folder, "keys");
  await writeKeys(keys, await makeKeys({ now: new Date() }));
  const credentials = await readKeys(keys, new Date());
  const order = {
    path,
    outputPath: join(folder, "sealed.mp4"),
    sidecarPath: join(folder, "sealed.c2pa"),
    mediaType: "video/mp4",
    source: { path },
    actions: [
      { kind: "opened" },
      { kind: "face-replaced", startSeconds: 0, endSeconds: 5 },
      { kind: "face-replaced", startSeconds: 15, endSeconds: 20 },
      { kind: "transcoded" },
      { kind: "watermarked", watermark: { algorithm: "org.understudy.watermark.v1", value: "9f86d0" } },
    ],
    renderId: "render_0123456789abcdef",
    consent: { id: "consent_0123456789abcdef", method: "fictional", commitment: "c".repeat(64) },
    software: "understudy 0.1.0",
  };
  const times = { cold: [], warm: [], read: [], floor: [] };
  let added;
  for (let round = 0; round < Number(rounds); round++) {
    const provenance = openProvenance();
    const seal = async () => (added = await provenance.seal(order, credentials, signal));
    times.cold.push(await seconds(seal));
    times.warm.push(await seconds(seal));
    const read = { path: order.outputPath, sidecarPath: order.sidecarPath, ownAnchorsPem: "", trustAnchorsPem: "" };
    times.read.push(await seconds(() => provenance.read(read, signal)));
    await provenance.close();
    const copy = join(folder, "copy.mp4");
    times.floor.push(
      await seconds(async () => {
        await copyFile(path, copy);
        await pipeline(createReadStream(copy), createHash("sha256"));
      }),
    );
  }
  const { size } = await stat(path);
  const floor = median(times.floor);
  console.log(
    `${(size / 1e6).toFixed(1)} MB, ${added.embedded ? "embedded" : "sidecar"}, ${added.addedBytes} bytes added`,
  );
  for (const [what, list] of Object.entries(times)) {
    const value = median(list);
    console.log(`${what.padEnd(6)} ${value.toFixed(3)} s   ${(value / floor).toFixed(1)} x copy and SHA-256`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
