import { parentPort, workerData } from "node:worker_threads";
import { createFaceEngine } from "#engines/index.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { toUnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import { openQualityMeter, type QualityMeter } from "#quality/index.js";
import type { RegionWork } from "./region-work.js";
import { createStopwatch } from "./stopwatch.js";
import { swapRegion } from "./swap-region.js";
import type { LoadedFace, ThreadOrder, ThreadReport, ThreadStart } from "./thread-messages.js";

/** Frames between two progress reports. */
const progressEveryFrames = 5;

// The code of one face thread: load, pass the photos through the gate, then swap regions until told to close.
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread only");
const say = (report: ThreadReport): void => port.postMessage(report);

const { engineId, faces, photoLimits, readsFaces } = workerData as ThreadStart;
const engine = createFaceEngine(engineId);
let current: AbortController | undefined;
let stopwatch = createStopwatch();

try {
  const { meter, loaded } = await stopwatch.time("load", load);
  const io = createNodeAvIo();
  port.on("message", (order: ThreadOrder) => {
    if (order.kind === "swap") void swap(order.work, order.loaded);
    else if (order.kind === "cancel") current?.abort();
    else void end();
  });
  say({ kind: "ready", loaded });

  const end = async (): Promise<void> => {
    meter.close();
    await engine.close();
    port.close();
  };
  const swap = async (work: RegionWork, { face, identity }: LoadedFace): Promise<void> => {
    current = new AbortController();
    try {
      const tools = { io, engine, face, probe: meter.openProbe(identity), stopwatch };
      const result = await swapRegion(work, tools, current.signal, (frames, total) => {
        if (frames % progressEveryFrames === 0 || frames === total) say({ kind: "progress", frames });
      });
      // Loading counts for the first region only.
      stopwatch = createStopwatch();
      say({ kind: "done", result });
    } catch (thrown) {
      fail(thrown);
      await end();
    }
  };
} catch (thrown) {
  fail(thrown);
  await engine.close();
  port.close();
}

async function load(): Promise<{ meter: QualityMeter; loaded: LoadedFace | undefined }> {
  await engine.prepare();
  const meter = await openQualityMeter();
  if (!readsFaces) return { meter, loaded: undefined };
  // Only the reader needs the photo library.
  const { readPhoto } = await import("#media/photo.js");
  const [drawn, ...others] = faces;
  if (drawn === undefined) throw new Error("a render needs a photo");
  const read = ({ key, sha256 }: Artifact) => readPhoto(key, { ...photoLimits, expectedSha256: sha256 });
  const photo = await read(drawn);
  const face = await engine.readFace(photo);
  for (const other of others) await engine.readFace(await read(other));
  return { meter, loaded: { face, identity: meter.identify(photo) } };
}

function fail(thrown: unknown): void {
  const error = toUnderstudyError(thrown);
  const { code, message, hint } = error;
  const { stack } = error.cause instanceof Error ? error.cause : error;
  say({ kind: "failed", code, message, hint, ...(stack === undefined ? {} : { stack }) });
}
