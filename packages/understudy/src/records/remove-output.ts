import { unlink } from "node:fs/promises";
import { hashFile } from "@understudy/render";
import { lookAt } from "./look-at.js";
import type { OutputFact } from "./render-records.js";

/**
 * What is at the place of an output. `changed`: something else lies there meanwhile, and it is not ours. `unreadable`: it
 * cannot be told.
 */
export type OutputState = "there" | "gone" | "changed" | "unreadable";

/** Looks whether the very bytes that a render wrote still lie where it wrote them; a link is something else. */
export async function outputState({ path, sha256, byteLength }: OutputFact): Promise<OutputState> {
  try {
    const found = await lookAt(path);
    if (found === undefined) return "gone";
    if (!found.isFile() || found.size !== byteLength) return "changed";
    return (await hashFile(path, { maxBytes: byteLength })).sha256 === sha256 ? "there" : "changed";
  } catch {
    return "unreadable";
  }
}

/** Removes an output if it is still the one that was written. @returns whether it was removed. */
export async function removeOutput(output: OutputFact): Promise<boolean> {
  if ((await outputState(output)) !== "there") return false;
  return unlink(output.path).then(
    () => true,
    () => false,
  );
}
