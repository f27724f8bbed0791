import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { OutputFiles } from "./output-files.js";

/** Process-wide on purpose: leaving at once (a second Ctrl-C, a worker that will not stop) is process-wide too. */
const pending = new Set<() => void>();

/** Names something to remove if the process must leave before its `finally` blocks ran; call the result once it is gone. */
export function registerLeftover(remove: () => void): () => void {
  pending.add(remove);
  return () => void pending.delete(remove);
}

/** Removes everything that is still registered; synchronous, never throws. */
export function removeLeftovers(): void {
  for (const remove of pending) {
    try {
      remove();
    } catch {
      // Leaving matters more; a folder that cannot be removed stays.
    }
  }
  pending.clear();
}

/** Removes a work folder and the `.partial` files that a store was writing beside the outputs. */
export function removeHalfOutputs(workFolder: string, outputs: OutputFiles): void {
  rmSync(workFolder, { recursive: true, force: true });
  const stem = basename(outputs.video, ".mp4");
  const partials = readdirSync(outputs.folder).filter(
    (name) => name.startsWith(`${stem}.`) && /\.[0-9a-f]{8}\.partial$/.test(name),
  );
  for (const name of partials) rmSync(join(outputs.folder, name), { force: true });
}
