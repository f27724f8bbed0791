import type { PeopleNets } from "#analyse/look-for-people.js";
import type { TrackerNets } from "#analyse/people-tracker.js";
import type { FaceEngine } from "#engines/face-engine.js";
import type { RenderRequest } from "#model/request.js";
import type { QualityMeter } from "#quality/index.js";

/** What drawing needs beside the cast. */
interface DrawNets {
  readonly engine: FaceEngine;
  readonly meter: QualityMeter;
}

/** The networks of one thread, each loaded when first asked for: threads that only paste what was drawn never load any. */
export interface ThreadNets {
  tracking(): Promise<TrackerNets>;
  /** What tracking needs, and what tells people apart. */
  recognising(): Promise<PeopleNets>;
  drawing(): Promise<DrawNets>;
  /** Counts what an action takes as loading. */
  loading<T>(action: () => Promise<T>): Promise<T>;
  /** Seconds of loading since the last call: they are counted once. */
  takeSeconds(): number;
  /** Gives everything back, also what is still loading. */
  close(): Promise<void>;
}

/** The main thread never calls this: networks block whoever runs them. */
export function createThreadNets(engineId: RenderRequest["engineId"]): ThreadNets {
  let tracking: Promise<TrackerNets & { release(): void }> | undefined;
  let recognising: Promise<PeopleNets & { release(): void }> | undefined;
  let drawing: Promise<DrawNets> | undefined;
  let seconds = 0;
  let depth = 0;
  let start = 0;
  const loading = async <T>(action: () => Promise<T>): Promise<T> => {
    if (depth++ === 0) start = performance.now();
    try {
      return await action();
    } finally {
      if (--depth === 0) seconds += (performance.now() - start) / 1000;
    }
  };
  return {
    tracking: () => (tracking ??= loading(loadTracking)),
    recognising: () => (recognising ??= loading(loadRecognising)),
    drawing: () => (drawing ??= loading(() => loadDrawing(engineId))),
    loading,
    takeSeconds() {
      const taken = seconds;
      seconds = 0;
      return taken;
    },
    async close() {
      const [track, recognise, draw] = await Promise.allSettled([tracking, recognising, drawing]);
      if (recognise.status === "fulfilled") recognise.value?.release();
      if (track.status === "fulfilled") track.value?.release();
      if (draw.status === "rejected") return;
      draw.value?.meter.close();
      await draw.value?.engine.close();
    },
  };
}

async function loadTracking(): Promise<TrackerNets & { release(): void }> {
  const { leaseFaceNets } = await import("#nets/face-nets.js");
  const nets = leaseFaceNets();
  const [detector, landmarks] = await Promise.all([nets.detector(), nets.landmarks()]);
  return { detector, landmarks, release: () => nets.release() };
}

async function loadRecognising(): Promise<PeopleNets & { release(): void }> {
  const { leaseFaceNets } = await import("#nets/face-nets.js");
  const nets = leaseFaceNets();
  const [detector, landmarks, embedder] = await Promise.all([nets.detector(), nets.landmarks(), nets.embedder()]);
  return { detector, landmarks, embedder, release: () => nets.release() };
}

async function loadDrawing(engineId: RenderRequest["engineId"]): Promise<DrawNets> {
  const [{ createFaceEngine }, { openQualityMeter }] = await Promise.all([
    import("#engines/index.js"),
    import("#quality/index.js"),
  ]);
  const engine = await createFaceEngine(engineId);
  const [meter] = await Promise.all([openQualityMeter(), engine.prepare()]);
  return { engine, meter };
}
