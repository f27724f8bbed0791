import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { registerLeftover } from "./leftovers.js";

/**
 * Writes a small text file whole or not at all; a file that is there is replaced, and a link is replaced, not followed.
 * For files of our own; what the user asked for goes through a store.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = join(dirname(path), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  const removed = registerLeftover(() => rmSync(partial, { force: true }));
  try {
    await writeFile(partial, text, { flag: "wx" });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
    removed();
  }
}
