import { manifestPathOf, type EngineName } from "#model/engine-name.js";
import type { FaceEngine } from "./face-engine.js";
import { createMeshEngine } from "./mesh/index.js";

/**
 * The engines there are: an explicit list, nothing registers itself. What swap models need is loaded for them only (60 ms).
 * @throws UnderstudyError `file-missing`, `bad-model` for the manifest of a swap model.
 */
export async function createFaceEngine(name: EngineName): Promise<FaceEngine> {
  const manifestPath = manifestPathOf(name);
  if (manifestPath === undefined) return createMeshEngine();
  const { createOnnxEngine } = await import("./onnx/index.js");
  return createOnnxEngine(manifestPath);
}
