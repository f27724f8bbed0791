import { parentPort, workerData } from "node:worker_threads";
import { analyseParts } from "#analyse/analyse-work.js";
import { joinTrack } from "#analyse/join-track.js";
import { lookForPeople } from "#analyse/look-for-people.js";
import { recognisePhoto } from "#analyse/recognise-photo.js";
import { trackChunk } from "#analyse/track-chunk.js";
import { createMediaIo } from "#media/create-media-io.js";
import { assertNever, toUnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import type { LoadedFace } from "#swap/drawn-segment.js";
import { needsDrawing, regionParts } from "#swap/region-work.js";
import { swapRegion } from "#swap/swap-region.js";
import { createStopwatch } from "#stopwatch.js";
import { createThreadNets } from "./thread-nets.js";
import type { ThreadOrder, ThreadReport, ThreadStart, ThreadTask, ThreadTasks } from "./thread-messages.js";

/** Frames between two progress reports. */
const progressEveryFrames = 5;

// The code of one face thread: load, pass the photos through the gate, then do task after task until told to close.
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread only");
const say = (report: ThreadReport): void => port.postMessage(report);

const { engineId, cast, photoLimits, mediaIo = "auto", loads } = workerData as ThreadStart;
const nets = createThreadNets(engineId);
let current: AbortController | undefined;

try {
  const loaded = loads === "photos" ? await nets.loading(readFaces) : undefined;
  let faces = loaded;
  if (loads === "networks") await Promise.all([nets.tracking(), nets.drawing()]);
  const io = createMediaIo(mediaIo);
  port.on("message", (order: ThreadOrder) => {
    if (order.kind === "task") void answer(order.task);
    else if (order.kind === "cancel") current?.abort();
    else void end();
  });
  say({ kind: "ready", cast: loaded });

  const answer = async (task: ThreadTask): Promise<void> => {
    current = new AbortController();
    try {
      say({ kind: "done", result: await perform(task, current.signal) });
    } catch (thrown) {
      fail(thrown);
      await end();
    }
  };
  const perform = async (task: ThreadTask, signal: AbortSignal): Promise<ThreadTasks[keyof ThreadTasks]["result"]> => {
    switch (task.kind) {
      case "track": {
        const stopwatch = createStopwatch(analyseParts);
        const tools = { io, nets: await nets.recognising(), stopwatch };
        await trackChunk(task.order, tools, signal, tell);
        return { load: nets.takeSeconds(), ...stopwatch.seconds() };
      }
      case "look":
        return lookForPeople(task.order, { io, nets: await nets.recognising() }, signal, tellEach);
      case "recognise": {
        const { readPhoto } = await import("#media/photo.js");
        const photo = await readPhoto(task.order.key, { ...photoLimits, expectedSha256: task.order.sha256 });
        return recognisePhoto(photo, await nets.recognising());
      }
      case "join": {
        const stopwatch = createStopwatch(analyseParts);
        await joinTrack(task.order, stopwatch, signal);
        return { load: nets.takeSeconds(), ...stopwatch.seconds() };
      }
      case "swap": {
        const stopwatch = createStopwatch(regionParts);
        faces ??= task.order.cast;
        const { work } = task.order;
        const draw = needsDrawing(work) && faces !== undefined ? { ...(await nets.drawing()), cast: faces } : undefined;
        const swapped = await swapRegion(work, { io, stopwatch, ...(draw && { draw }) }, signal, tell);
        return { ...swapped, seconds: { load: nets.takeSeconds(), ...stopwatch.seconds() } };
      }
      default:
        return assertNever(task);
    }
  };
} catch (thrown) {
  fail(thrown);
  await end();
}

function tell(frames: number): void {
  if (frames % progressEveryFrames === 0) say({ kind: "progress", frames });
}

function tellEach(frames: number): void {
  say({ kind: "progress", frames });
}

async function readFaces(): Promise<readonly LoadedFace[]> {
  const drawing = nets.drawing();
  // A photo that cannot be read is told without waiting for it.
  drawing.catch(() => undefined);
  // Only the reader needs the photo library, which decodes in threads of its own: the networks load meanwhile.
  const { readPhoto } = await import("#media/photo.js");
  const read = ({ key, sha256 }: Artifact) => readPhoto(key, { ...photoLimits, expectedSha256: sha256 });
  const loaded: LoadedFace[] = [];
  for (const { faces } of cast) {
    const photos = [];
    for (const face of faces) photos.push(await read(face));
    const { engine, meter } = await drawing;
    const face = await engine.readFaces(photos);
    loaded.push({ face, identity: await meter.identify(photos[0]!) });
  }
  return loaded;
}

/** Gives the networks back and lets the thread end. */
async function end(): Promise<void> {
  await nets.close();
  port?.close();
}

function fail(thrown: unknown): void {
  const error = toUnderstudyError(thrown);
  const { code, message, hint } = error;
  const { stack } = error.cause instanceof Error ? error.cause : error;
  say({ kind: "failed", code, message, hint, ...(stack === undefined ? {} : { stack }) });
}
