import { baseNameOf } from "#facts/project/project-path.js";

/** The last part of a path. */
export { baseNameOf };

/** `.py`, lower case; "" without one. */
export function extensionOf(path: string): string {
  return /\.[a-z0-9]+$/i.exec(baseNameOf(path))?.[0].toLowerCase() ?? "";
}

/** The words of a file's name: `runpod-handler.py` has `runpod` and `handler`. */
export function wordsOf(path: string): readonly string[] {
  const name = baseNameOf(path);
  const stem = name.slice(0, name.length - extensionOf(path).length);
  return stem
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
