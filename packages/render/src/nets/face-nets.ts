import { createFaceDetector, type FaceDetector } from "./face-detector.js";
import { createFaceEmbedder, type FaceEmbedder } from "./face-embedder.js";
import { createFaceLandmarks, type FaceLandmarks } from "./face-landmarks.js";
import { openNetSession, type NetEffort, type NetSession } from "./ort-runtime.js";
import { readWeights, type WeightsFileName } from "./weights.js";

/** The networks of one thread, each loaded when first asked for and shared by everybody who holds a lease. */
export interface FaceNets {
  detector(): Promise<FaceDetector>;
  landmarks(): Promise<FaceLandmarks>;
  embedder(): Promise<FaceEmbedder>;
  /** Gives the lease back; the last one frees the networks. Idempotent. */
  release(): void;
}

interface Shared {
  readonly sessions: Map<WeightsFileName, Promise<NetSession>>;
  readonly nets: Map<WeightsFileName, Promise<unknown>>;
  leases: number;
}

let shared: Shared | undefined;

/** Takes a lease on the networks of this thread. Nothing is read from disk until a network is asked for. */
export function leaseFaceNets(): FaceNets {
  shared ??= { sessions: new Map(), nets: new Map(), leases: 0 };
  const mine = shared;
  mine.leases++;
  let isHeld = true;
  const once = <T>(file: WeightsFileName, create: (session: NetSession) => T, effort?: NetEffort): Promise<T> => {
    const known = mine.nets.get(file) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const session = readWeights(file).then((bytes) => openNetSession(bytes, ["cpu"], effort));
    const net = session.then(create);
    mine.sessions.set(file, session);
    mine.nets.set(file, net);
    return net;
  };
  return {
    detector: () => once("face-detector.onnx", createFaceDetector),
    landmarks: () => once("face-landmarks.onnx", createFaceLandmarks),
    // Some 10 runs a thread. Rewritten, it would take 90 ms to load in place of 10, 7 ms a run in place of 12, and 70 MB more.
    embedder: () => once("face-embedder.onnx", createFaceEmbedder, "quick-start"),
    release() {
      if (!isHeld) return;
      isHeld = false;
      if (--mine.leases > 0) return;
      if (shared === mine) shared = undefined;
      for (const session of mine.sessions.values()) void session.then((held) => held.close()).catch(() => undefined);
    },
  };
}
