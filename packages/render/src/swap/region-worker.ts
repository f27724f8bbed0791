import { parentPort, workerData } from "node:worker_threads";
import { createFaceEngine } from "#engines/index.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { readPhoto } from "#media/photo.js";
import { toUnderstudyError } from "#model/errors.js";
import { createQualityProbe, type QualityProbe } from "#quality/index.js";
import type { CancelMessage, RegionMessage, RegionWork } from "./region-work.js";
import { createStopwatch } from "./stopwatch.js";
import { swapRegion } from "./swap-region.js";

/** Frames between two progress messages. */
const progressEveryFrames = 5;

/** The thread of one region: loads what it needs, swaps, says what came of it, ends. */
async function main(work: RegionWork, say: (message: RegionMessage) => void, signal: AbortSignal): Promise<void> {
  const stopwatch = createStopwatch();
  const engine = createFaceEngine(work.engineId);
  let probe: QualityProbe | undefined;
  try {
    const face = await stopwatch.time("load", async () => {
      const photo = await readPhoto(work.facePath, { maxInputBytes: work.maxPhotoBytes, maxPixels: work.maxPixels });
      probe = await createQualityProbe(photo);
      return engine.readFace(photo);
    });
    if (probe === undefined) throw new Error("the probe was not opened");
    const tools = { io: createNodeAvIo(), engine, face, probe, stopwatch };
    const result = await swapRegion(work, tools, signal, (frames) => {
      if (frames % progressEveryFrames === 0) say({ kind: "progress", frames });
    });
    say({ kind: "done", result });
  } catch (thrown) {
    const { code, message, hint, stack } = toUnderstudyError(signal.aborted ? signal.reason : thrown);
    say({ kind: "failed", code, message, hint, ...(stack === undefined ? {} : { stack }) });
  } finally {
    probe?.close();
    await engine.close();
  }
}

const port = parentPort;
if (port === null) throw new Error("region-worker.js runs as a worker thread only");
const controller = new AbortController();
port.on("message", (message: CancelMessage) => {
  if (message.kind === "cancel") controller.abort();
});
await main(workerData as RegionWork, (message) => port.postMessage(message), controller.signal);
port.close();
