// One measurement of bench/render.js in a process of its own; prints one line of JSON.
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createInProcessRun, createPrepareServices, prepareRender } from "../packages/render/dist/index.js";
import { testKeys } from "../packages/render/dist/seal/testing/test-keys.js";
import { writeActorClip, writeActorPortrait } from "../packages/render/dist/testing/actor-clip.js";
import { renderTo, requestFor } from "../packages/render/dist/testing/render-files.js";

const [kind, source, face, folder] = process.argv.slice(2);
const request = () => requestFor({ sourcePath: source, facePath: face });

/** Decodes and encodes the plan's regions, one thread each as the render does, and touches no pixel. */
async function floor() {
  const services = createPrepareServices();
  const { plan, source: media } = await prepareRender(await request(), createInProcessRun({}), services);
  const start = performance.now();
  const usage = process.cpuUsage();
  const waiting = [...plan.regions];
  const lane = async () => {
    for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
      const workerData = {
        sourcePath: source,
        trackIndex: media.video.index,
        region,
        stitch: plan.stitch,
        clipPath: join(folder, `floor-${region.index}.clip`),
      };
      const worker = new Worker(new URL("./floor-worker.js", import.meta.url), { workerData });
      await new Promise((resolve, reject) => worker.once("error", reject).once("exit", resolve));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return { start, usage };
}

async function wholeRender() {
  await testKeys();
  const outputPath = join(folder, "out.mp4");
  for (const name of ["out.mp4", "out.manifest.json"]) await rm(join(folder, name), { force: true });
  const start = performance.now();
  const usage = process.cpuUsage();
  const manifest = await renderTo(outputPath, await request());
  const videoSeconds = manifest.plan.segments.at(-1).endSeconds;
  return { start, usage, videoSeconds, frames: manifest.frames, stages: manifest.stages, quality: manifest.quality };
}

if (kind === "draw") {
  await writeActorClip(source, {
    widthPixels: 1280,
    heightPixels: 720,
    frameRate: 30,
    durationSeconds: 30,
    gopFrames: 60,
  });
  await writeActorPortrait(face, { sizePixels: 1024 });
  console.log("{}");
} else {
  const { start, usage, ...facts } = kind === "floor" ? await floor() : await wholeRender();
  const { user, system } = process.cpuUsage(usage);
  console.log(
    JSON.stringify({
      ...facts,
      seconds: (performance.now() - start) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
    }),
  );
}
