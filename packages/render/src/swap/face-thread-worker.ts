import { parentPort, workerData } from "node:worker_threads";
import type { FaceEngine } from "#engines/face-engine.js";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { toUnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import type { QualityMeter } from "#quality/index.js";
import type { DrawTools } from "./drawn-segment.js";
import type { RegionWork } from "./region-work.js";
import { KeptFacesUnfit } from "./segment-work.js";
import { createStopwatch } from "./stopwatch.js";
import { swapRegion } from "./swap-region.js";
import type { LoadedFace, ThreadOrder, ThreadReport, ThreadStart } from "./thread-messages.js";

/** Frames between two progress reports. */
const progressEveryFrames = 5;

// The code of one face thread: load, pass the photos through the gate, then swap regions until told to close.
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread only");
const say = (report: ThreadReport): void => port.postMessage(report);

const { engineId, faces, photoLimits, loads } = workerData as ThreadStart;
let networks: Promise<Networks> | undefined;
let current: AbortController | undefined;
let stopwatch = createStopwatch();

try {
  const loaded = loads === "photos" ? await readFaces() : undefined;
  if (loads === "networks") await loadNetworks();
  const io = createNodeAvIo();
  port.on("message", (order: ThreadOrder) => {
    if (order.kind === "swap") void swap(order.work, order.loaded);
    else if (order.kind === "cancel") current?.abort();
    else void end();
  });
  say({ kind: "ready", loaded });

  const swap = async (work: RegionWork, face: LoadedFace | undefined): Promise<void> => {
    current = new AbortController();
    try {
      const draw = face && (await drawTools(face));
      const tools = { io, stopwatch, ...(draw && { draw }) };
      const result = await swapRegion(work, tools, current.signal, (frames, total) => {
        if (frames % progressEveryFrames === 0 || frames === total) say({ kind: "progress", frames });
      });
      // Loading counts for the first region only.
      stopwatch = createStopwatch();
      say({ kind: "done", result });
    } catch (thrown) {
      if (thrown instanceof KeptFacesUnfit) return say({ kind: "unfit" });
      fail(thrown);
      await end();
    }
  };
} catch (thrown) {
  fail(thrown);
  await end();
}

/** What drawing needs. The main thread, and threads that only paste what was drawn, never load it. */
interface Networks {
  readonly engine: FaceEngine;
  readonly meter: QualityMeter;
}

function loadNetworks(): Promise<Networks> {
  networks ??= stopwatch.time("load", async () => {
    const [{ createFaceEngine }, { openQualityMeter }] = await Promise.all([
      import("#engines/index.js"),
      import("#quality/index.js"),
    ]);
    const engine = createFaceEngine(engineId);
    await engine.prepare();
    return { engine, meter: await openQualityMeter() };
  });
  return networks;
}

async function drawTools({ face, identity }: LoadedFace): Promise<DrawTools> {
  const { engine, meter } = await loadNetworks();
  return { engine, face, probe: meter.openProbe(identity) };
}

async function readFaces(): Promise<LoadedFace> {
  // Only the reader needs the photo library.
  const [{ engine, meter }, { readPhoto }] = await Promise.all([loadNetworks(), import("#media/photo.js")]);
  const [drawn, ...others] = faces;
  if (drawn === undefined) throw new Error("a render needs a photo");
  const read = ({ key, sha256 }: Artifact) => readPhoto(key, { ...photoLimits, expectedSha256: sha256 });
  return stopwatch.time("load", async () => {
    const photo = await read(drawn);
    const face = await engine.readFace(photo);
    for (const other of others) await engine.readFace(await read(other));
    return { face, identity: meter.identify(photo) };
  });
}

/** Gives the networks back and lets the thread end. */
async function end(): Promise<void> {
  const held = await networks?.catch(() => undefined);
  held?.meter.close();
  await held?.engine.close();
  port?.close();
}

function fail(thrown: unknown): void {
  const error = toUnderstudyError(thrown);
  const { code, message, hint } = error;
  const { stack } = error.cause instanceof Error ? error.cause : error;
  say({ kind: "failed", code, message, hint, ...(stack === undefined ? {} : { stack }) });
}
