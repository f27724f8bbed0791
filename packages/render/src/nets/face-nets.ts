import { loadFaceDetector, type FaceDetector } from "./face-detector.js";
import { loadFaceEmbedder, type FaceEmbedder } from "./face-embedder.js";
import { loadFaceLandmarks, type FaceLandmarks } from "./face-landmarks.js";
import type { TensorRuntime } from "./tensor-runtime.js";
import { createWasmRuntime } from "./wasm-runtime.js";

/** The networks of one thread, each loaded when first asked for and shared by everybody who holds a lease. */
export interface FaceNets {
  detector(): Promise<FaceDetector>;
  landmarks(): Promise<FaceLandmarks>;
  embedder(): Promise<FaceEmbedder>;
  /** Gives the lease back; the last one frees the networks. Idempotent. */
  release(): void;
}

interface Shared {
  readonly runtime: Promise<TensorRuntime>;
  readonly loaded: Map<string, Promise<unknown>>;
  leases: number;
}

let shared: Shared | undefined;

/** Takes a lease on the networks of this thread. Nothing is read from disk until a network is asked for. */
export function leaseFaceNets(): FaceNets {
  shared ??= { runtime: createWasmRuntime(), loaded: new Map(), leases: 0 };
  const mine = shared;
  mine.leases++;
  let isHeld = true;
  const once = <T>(name: string, load: (runtime: TensorRuntime) => Promise<T>): Promise<T> => {
    let net = mine.loaded.get(name) as Promise<T> | undefined;
    if (net === undefined) {
      net = mine.runtime.then(load);
      mine.loaded.set(name, net);
    }
    return net;
  };
  return {
    detector: () => once("detector", loadFaceDetector),
    landmarks: () => once("landmarks", loadFaceLandmarks),
    embedder: () => once("embedder", loadFaceEmbedder),
    release() {
      if (!isHeld) return;
      isHeld = false;
      if (--mine.leases > 0) return;
      if (shared === mine) shared = undefined;
      void mine.runtime.then(
        (runtime) => runtime.close(),
        () => undefined,
      );
    },
  };
}
