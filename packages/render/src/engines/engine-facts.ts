import { manifestPathOf, type EngineName } from "#model/engine-name.js";
import type { Manifest } from "#model/manifest.js";
import { weightsFacts } from "#nets/weights.js";
import { meshEngineId } from "./mesh/engine-id.js";
import { weightsOf } from "./onnx/engine-facts.js";
import { onnxEngineId } from "./onnx/engine-id.js";
import { assertMayBeUsed } from "./onnx/licence-gate.js";
import { readSwapManifest } from "./onnx/swap-manifest.js";

/**
 * What the manifest says of an engine, told without loading it or its networks.
 * @throws UnderstudyError `file-missing`, `bad-model` for the manifest of a swap model.
 */
export async function engineFactsOf(name: EngineName): Promise<Manifest["engine"]> {
  const path = manifestPathOf(name);
  if (path === undefined) return { id: meshEngineId, weights: weightsFacts };
  return { id: onnxEngineId, weights: await weightsOf(await readSwapManifest(path), path) };
}

/**
 * Refuses an engine that a commercial project may not use, before any of its networks is opened.
 * @throws UnderstudyError `weights-licence`; `file-missing`, `bad-model` for the manifest of a swap model.
 */
export async function assertEngineAllowed(name: EngineName, isCommercial: boolean): Promise<void> {
  const path = manifestPathOf(name);
  if (path !== undefined) assertMayBeUsed(await readSwapManifest(path), isCommercial);
}
