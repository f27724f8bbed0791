// One measurement of bench/render.js in a process of its own; prints one line of JSON.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import {
  createDiskStore,
  createInProcessRun,
  createLocalServices,
  defaultLimits,
  hashFile,
  newConsent,
  prepareRender,
  render,
} from "../packages/render/dist/index.js";
import { writeActorClip, writeActorPortrait } from "../packages/render/dist/testing/actor-clip.js";

const [kind, source, face, folder] = process.argv.slice(2);

async function request() {
  const { sha256 } = await hashFile(face, { maxBytes: defaultLimits.maxInputBytes });
  const consent = newConsent({
    method: "attested",
    statedBy: "bench",
    statement: "a bench",
    photoSha256: [sha256],
    now: new Date(),
  });
  return {
    sourcePath: source,
    facePaths: [face],
    engineId: "mesh",
    stitch: "smart",
    allowMissingFace: false,
    consent,
    limits: defaultLimits,
  };
}

/** Decodes and encodes the plan's regions, one thread each as the render does, and touches no pixel. */
async function floor() {
  const services = createLocalServices();
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
  const start = performance.now();
  const usage = process.cpuUsage();
  const output = {
    store: createDiskStore(folder, { replace: true }),
    videoKey: "out.mp4",
    manifestKey: "out.manifest.json",
  };
  const manifest = await render(await request(), output, createInProcessRun({}), createLocalServices());
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
