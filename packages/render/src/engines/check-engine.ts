import { toUnderstudyError } from "#model/errors.js";
import type { WeightsFact } from "#model/manifest.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { netRuntimeFacts, type NetRuntimeFacts } from "#nets/ort-runtime.js";
import { readWeights, weightsFiles } from "#nets/weights.js";

/** One file of weights, and what is wrong with it, in a sentence; absent when its bytes are the ones we know. */
export interface WeightsCheck extends WeightsFact {
  readonly file: string;
  readonly problem?: string;
}

/** What looking at the engine's parts found. */
export interface EngineCheck {
  readonly weights: readonly WeightsCheck[];
  /** Why the networks do not load, in a sentence; absent when they do. */
  readonly problem?: string;
  readonly loadSeconds: number;
  /** What runs the networks; absent when nothing does. */
  readonly runtime?: NetRuntimeFacts;
}

/** Hashes the weights and loads all networks, in this thread and for this once (some 0.5 s). Never throws for what it finds. */
export async function checkEngine(): Promise<EngineCheck> {
  const weights = await Promise.all(
    weightsFiles.map(async ({ file, name, sha256, licence, origin }) => {
      const problem = await problemOf(() => readWeights(file));
      return { file, name, sha256, licence, origin, ...(problem !== undefined && { problem }) };
    }),
  );
  const start = performance.now();
  const nets = leaseFaceNets();
  const problem = await problemOf(() => Promise.all([nets.detector(), nets.landmarks(), nets.embedder()]));
  nets.release();
  const loadSeconds = (performance.now() - start) / 1000;
  const runtime = await netRuntimeFacts().catch(() => undefined);
  return { weights, loadSeconds, ...(problem !== undefined && { problem }), ...(runtime && { runtime }) };
}

async function problemOf(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (thrown) {
    return toUnderstudyError(thrown).message;
  }
}
