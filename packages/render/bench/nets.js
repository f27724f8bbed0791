// Milliseconds and processor time of each face network, one thread, and what loading them costs. Run after `npm run build`:
// node packages/render/bench/nets.js [FOLDER]; FOLDER: the render package of another checkout, built, measured in turn with
// this one in the same run.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createActor, openScene } from "../../actors/dist/index.js";

const rounds = 60;
const folders = [
  new URL("../", import.meta.url),
  ...process.argv.slice(2, 3).map((path) => pathToFileURL(`${resolve(path)}/`)),
];

const actor = createActor({ seed: 7, hair: "bun", glasses: false });
const { rgb } = openScene({ width: 1280, height: 720, actors: [{ actor, faceHeight: 0.4 }] }).draw([{}]);
const picture = { widthPixels: 1280, heightPixels: 720, rgb };

async function open(folder) {
  const start = performance.now();
  const before = process.memoryUsage().rss;
  const { leaseFaceNets } = await import(new URL("dist/nets/face-nets.js", folder).href);
  const { squareAround } = await import(new URL("dist/nets/face-landmarks.js", folder).href);
  const nets = leaseFaceNets();
  const [detector, landmarks, embedder] = await Promise.all([nets.detector(), nets.landmarks(), nets.embedder()]);
  const [face] = await detector.detect(picture);
  const rough = await landmarks.read(picture, { ...face, sizePixels: 1.5 * face.sizePixels });
  const square = squareAround(rough.mesh, 1.5);
  const work = {
    detection: () => detector.detect(picture, { tiles: "never" }),
    landmarks: () => landmarks.read(picture, square),
    embedding: () => embedder.embed(picture, rough.mesh),
  };
  for (const action of Object.values(work)) await action();
  const megabytes = (process.memoryUsage().rss - before) / 1e6;
  const seconds = (performance.now() - start) / 1000;
  console.log(`${folder.pathname}: loaded and run once in ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`);
  return { work, release: () => nets.release() };
}

async function timed(action) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await action();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1].toFixed(1);

const opened = [];
for (const folder of folders) opened.push(await open(folder));
for (const name of Object.keys(opened[0].work)) {
  const samples = opened.map(() => []);
  for (let n = 0; n < rounds; n++) {
    for (const [i, { work }] of opened.entries()) samples[i].push(await timed(work[name]));
  }
  const columns = samples.map(
    (list) => `${median(list.map(({ wall }) => wall))} ms (processor ${median(list.map(({ cpu }) => cpu))})`,
  );
  console.log(`${name.padEnd(10)} ${columns.join("  |  ")}`);
}
for (const { release } of opened) release();
