import { manifestPathOf, type EngineName } from "#model/engine-name.js";
import type { FaceEngine } from "./face-engine.js";
import { createMeshEngine } from "./mesh/index.js";
import { createOnnxEngine } from "./onnx/index.js";

/**
 * The engines there are: an explicit list, nothing registers itself.
 * @throws UnderstudyError `file-missing`, `bad-model` for the manifest of a swap model.
 */
export async function createFaceEngine(name: EngineName): Promise<FaceEngine> {
  const manifestPath = manifestPathOf(name);
  return manifestPath === undefined ? createMeshEngine() : createOnnxEngine(manifestPath);
}
