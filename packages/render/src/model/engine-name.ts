/**
 * What draws the faces: `mesh` warps the photo, `onnx:PATH` runs a swap model of the user's own, which the manifest at that path
 * describes (docs/onnx.md).
 */
export type EngineName = "mesh" | `onnx:${string}`;

const onnxPrefix = "onnx:";

/** Reads a name as people write it; undefined when there is no such engine. */
export function parseEngineName(text: string): EngineName | undefined {
  if (text === "mesh") return text;
  return text.startsWith(onnxPrefix) && text.length > onnxPrefix.length ? (text as EngineName) : undefined;
}

/** Where the manifest of a swap model is; undefined for an engine without. */
export function manifestPathOf(name: EngineName): string | undefined {
  return name === "mesh" ? undefined : name.slice(onnxPrefix.length);
}

/** The engine without its path, which is nobody else's business. */
export function kindOfEngine(name: EngineName): "mesh" | "onnx" {
  return name === "mesh" ? "mesh" : "onnx";
}
