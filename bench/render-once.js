// One measurement of bench/render.js in a process of its own; prints one line of JSON.
// node render-once.js draw CLIP PHOTO SECOND_PHOTO | floor VIDEO PHOTO FOLDER | render VIDEO PHOTO FOLDER |
// templated VIDEO PHOTO FOLDER
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { testKeys } from "../packages/render/dist/seal/testing/test-keys.js";
import { renderTo, requestFor } from "../packages/render/dist/testing/render-files.js";
import { treeCpuSeconds } from "./process-tree.js";

// Under a name that is looked up when it is needed: builds without templates have no `createDiskTemplates`.
const understudy = await import("../packages/render/dist/index.js");
const [kind, source, face, folder] = process.argv.slice(2);
const request = (options) => requestFor({ sourcePath: source, facePath: face }, options);

const kinds = { draw, floor, render: () => wholeRender(), templated };
const result = await kinds[kind]();
console.log(JSON.stringify({ ...result, ownPeakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 }));

async function draw() {
  const { writeActorClip, writeActorPortrait } = await import("../packages/render/dist/testing/actor-clip.js");
  const size = { widthPixels: 1280, heightPixels: 720, frameRate: 30, durationSeconds: 30, gopFrames: 60 };
  if (source !== "-") await writeActorClip(source, size);
  if (face !== "-") await writeActorPortrait(face, { sizePixels: 1024 });
  await writeActorPortrait(folder, { sizePixels: 1024, seed: 21 });
  return { hasTemplates: "createDiskTemplates" in understudy };
}

/** Decodes and encodes the plan's regions, as many at a time as there are cores, and touches no pixel. */
async function floor() {
  const services = understudy.createPrepareServices();
  const run = understudy.createInProcessRun({});
  const { plan, source: media } = await understudy.prepareRender(await request(), run, services);
  return timed(async () => {
    const waiting = [...plan.regions];
    const lane = async () => {
      for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
        const clipPath = join(folder, `floor-${region.index}.clip`);
        const { video } = media;
        const workerData = {
          sourcePath: source,
          trackIndex: video.index,
          video,
          region,
          stitch: plan.stitch,
          clipPath,
        };
        const worker = new Worker(new URL("./floor-worker.js", import.meta.url), { workerData });
        await new Promise((resolve, reject) => worker.once("error", reject).once("exit", resolve));
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
  });
}

/** From two files to a marked, signed and verified third. */
async function wholeRender(options, change) {
  await testKeys();
  for (const name of ["out.mp4", "out.manifest.json"]) await rm(join(folder, name), { force: true });
  return timed(async () => {
    const manifest = await renderTo(join(folder, "out.mp4"), await request(options), { change });
    const videoSeconds = manifest.plan.segments.at(-1).endSeconds;
    return { videoSeconds, frames: manifest.frames, stages: manifest.stages };
  });
}

/** The same film for a customer who shares what the folder holds of it; the first one finds it empty. */
function templated() {
  const templates = understudy.createDiskTemplates(join(folder, "templates"));
  return wholeRender({ stitch: "uniform" }, () => ({ templates }));
}

async function timed(action) {
  const start = performance.now();
  const cpu = treeCpuSeconds();
  const facts = await action();
  return { ...facts, seconds: (performance.now() - start) / 1000, cpuSeconds: treeCpuSeconds() - cpu };
}
