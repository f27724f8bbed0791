import { createFaceEngine } from "#engines/index.js";
import type { FaceReferenceFacts } from "#engines/face-engine.js";
import { readPhoto } from "#media/index.js";
import { serveThread } from "#threads/serve-thread.js";
import type { FaceGateWork } from "./face-gate.js";

/** The thread of the gate: loads the engine, looks at one photo, ends. */
await serveThread<FaceGateWork, never, FaceReferenceFacts>(async (work) => {
  const engine = createFaceEngine(work.engineId);
  try {
    return (await engine.readFace(await readPhoto(work.facePath, work.photoLimits))).facts;
  } finally {
    await engine.close();
  }
});
