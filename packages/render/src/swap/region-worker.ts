import { createFaceEngine } from "#engines/index.js";
import { createNodeAvIo, readPhoto } from "#media/index.js";
import { createQualityProbe, type QualityProbe } from "#quality/index.js";
import { serveThread } from "#threads/serve-thread.js";
import type { RegionWork, SwappedRegion } from "./region-work.js";
import { createStopwatch } from "./stopwatch.js";
import { swapRegion } from "./swap-region.js";

/** Frames between two progress messages. */
const progressEveryFrames = 5;

/** The thread of one region: loads what it needs, swaps, ends. */
await serveThread<RegionWork, number, SwappedRegion>(async (work, signal, onFrames) => {
  const stopwatch = createStopwatch();
  const engine = createFaceEngine(work.engineId);
  let probe: QualityProbe | undefined;
  try {
    stopwatch.start("load");
    const photo = await readPhoto(work.facePath, work.photoLimits);
    probe = await createQualityProbe(photo);
    const face = await engine.readFace(photo);
    stopwatch.stop("load");
    const tools = { io: createNodeAvIo(), engine, face, probe, stopwatch };
    return await swapRegion(work, tools, signal, (frames) => {
      if (frames % progressEveryFrames === 0) onFrames(frames);
    });
  } finally {
    probe?.close();
    await engine.close();
  }
});
