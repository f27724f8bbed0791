import { assertNever } from "#model/errors.js";
import type { RenderRequest } from "#model/request.js";
import type { FaceEngine } from "./face-engine.js";
import { createMeshEngine } from "./mesh/index.js";

/** The engines there are: an explicit list, nothing registers itself. */
export function createFaceEngine(id: RenderRequest["engineId"]): FaceEngine {
  switch (id) {
    case "mesh":
      return createMeshEngine();
    default:
      return assertNever(id);
  }
}
