// Draws the pictures of docs/quality.md (after `npm run build`), of invented people: turned-heads.png, where a head turns from
// one side to the other, and below are the same frames with another's face, from one photo and from three (it also prints
// how good both are); and looks-bad.png: photo, frame and result of three cases that are not solved.
// Usage: node tools/quality-pictures.js [FOLDER]
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { createActor, drawPortrait, openScene } from "../packages/actors/dist/index.js";
import { trackPictures } from "../packages/render/dist/analyse/testing/track-pictures.js";
import { createMeshEngine } from "../packages/render/dist/engines/mesh/index.js";
import { openQualityMeter, summariseQuality } from "../packages/render/dist/quality/index.js";

const folder = process.argv[2] ?? fileURLToPath(new URL("../docs/img", import.meta.url));
const side = 400;
const engine = createMeshEngine();

const presenter = { seed: 26, presentation: "feminine", hair: "bun", glasses: false, skinTone: 0.45 };
const customer = { seed: 45, presentation: "masculine", hair: "short", beard: "none", glasses: false, skinTone: 0.25 };

await drawTurnedHeads(join(folder, "turned-heads.png"));
await drawBadCases(join(folder, "looks-bad.png"));
await engine.close();

async function drawTurnedHeads(target) {
  const photos = [0, -0.5, 0.5].map((yawRadians) => photoOf(customer, { yawRadians }));
  const source = film(presenter, 120, (n) => ({
    yawRadians: -0.52 * Math.cos((Math.PI * n) / 119),
    smile: 0.15,
    jaw: 0.1 + 0.1 * Math.sin(n / 3),
  }));
  const one = await swapped(source, photos.slice(0, 1));
  const three = await swapped(source, photos);
  for (const { frames, quality } of [one, three]) console.log(frames.length, quality);
  const shown = [4, 60, 115];
  const rows = [source, one.frames, three.frames].map((frames) => shown.map((n) => toRgb(frames[n])));
  await writeGrid(
    target,
    rows.map((row, i) => [photos[i].rgb, ...row]),
    290,
  );
}

async function drawBadCases(target) {
  const cases = [
    { person: { ...presenter, glasses: true }, photo: customer, state: { yawRadians: 0.1 } },
    { person: presenter, photo: { ...customer, glasses: true }, state: { yawRadians: 0.1 } },
    { person: presenter, photo: { ...customer, beard: "full" }, state: { jaw: 0.5, smile: 0.7 } },
  ];
  const rows = [];
  for (const { person, photo, state } of cases) {
    const photoImage = photoOf(photo, {});
    const source = film(person, 8, () => state);
    const { frames } = await swapped(source, [photoImage]);
    rows.push([photoImage.rgb, toRgb(source[6]), toRgb(frames[6])]);
  }
  const columns = [0, 1, 2].map((i) => rows.map((row) => row[i]));
  await writeGrid(target, columns, 290);
}

function photoOf(spec, state) {
  const { rgb } = drawPortrait(createActor(spec), { width: side, height: side, faceHeight: 0.62, state });
  return { widthPixels: side, heightPixels: side, rgb };
}

function film(spec, frameCount, stateAt) {
  const scene = openScene({ width: side, height: side, actors: [{ actor: createActor(spec), faceHeight: 0.6 }] });
  return Array.from({ length: frameCount }, (_, n) => toPlanar(scene.draw([stateAt(n)], { grainSeed: n }).rgb));
}

/** The frames with the face of these photos, and how good they are. */
async function swapped(source, photos) {
  const meter = await openQualityMeter();
  const probe = meter.openProbe(await meter.identify(photos[0]));
  const region = engine.openRegion(await engine.readFaces(photos), await trackPictures(source), 0);
  const frames = source.map((frame) => ({ ...frame, y: frame.y.slice(), u: frame.u.slice(), v: frame.v.slice() }));
  for (const [n, frame] of frames.entries()) {
    const isSampled = probe.before(frame, n);
    await probe.after(frame, await region.draw(frame, n), isSampled);
  }
  meter.close();
  return { frames, quality: summariseQuality(probe.samples()) };
}

/** Rows of square pictures. */
async function writeGrid(target, rows, tile) {
  const gap = 6;
  const raw = { width: side, height: side, channels: 3 };
  const composites = await Promise.all(
    rows.flatMap((row, y) =>
      row.map(async (rgb, x) => ({
        input: await sharp(rgb, { raw }).resize(tile).png().toBuffer(),
        left: x * (tile + gap),
        top: y * (tile + gap),
      })),
    ),
  );
  const [width, height] = [rows[0].length * (tile + gap) - gap, rows.length * (tile + gap) - gap];
  await sharp({ create: { width, height, channels: 3, background: "white" } })
    .composite(composites)
    .png({ palette: true, quality: 95 })
    .toFile(target);
}

/** 4:2:0, BT.601, full range. */
function toPlanar(rgb) {
  const half = side / 2;
  const [y, u, v] = [new Uint8Array(side * side), new Uint8Array(half * half), new Uint8Array(half * half)];
  for (let p = 0; p < side * side; p++) {
    const [r, g, b] = rgb.subarray(3 * p, 3 * p + 3);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    y[p] = luma;
    const c = (Math.floor(p / side) >> 1) * half + ((p % side) >> 1);
    u[c] = 128 + (b - luma) / 1.772;
    v[c] = 128 + (r - luma) / 1.402;
  }
  const sizes = { widthPixels: side, heightPixels: side, lumaStride: side, chromaStride: half };
  return { ...sizes, y, u, v, isFullRange: true, matrix: "bt601" };
}

function toRgb({ y, u, v, chromaStride }) {
  const rgb = new Uint8ClampedArray(3 * side * side);
  for (let p = 0; p < side * side; p++) {
    const c = (Math.floor(p / side) >> 1) * chromaStride + ((p % side) >> 1);
    const [blue, red] = [u[c] - 128, v[c] - 128];
    rgb.set([y[p] + 1.402 * red, y[p] - 0.344 * blue - 0.714 * red, y[p] + 1.772 * blue], 3 * p);
  }
  return Buffer.from(rgb.buffer);
}
