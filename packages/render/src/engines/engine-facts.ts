import { assertNever } from "#model/errors.js";
import type { Manifest } from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";
import { weightsFacts } from "#nets/weights.js";
import { meshEngineId } from "./mesh/engine-id.js";

/** What the manifest says of an engine, told without loading it or its networks. */
export function engineFactsOf(id: RenderRequest["engineId"]): Manifest["engine"] {
  switch (id) {
    case "mesh":
      return { id: meshEngineId, weights: weightsFacts };
    default:
      return assertNever(id);
  }
}
