import { open } from "node:fs/promises";
import { topBoxes, type TopBox } from "#seal/mp4-boxes.js";

/** The boxes at the top of an MP4 file, in order. */
export async function boxesOf(path: string): Promise<TopBox[]> {
  const handle = await open(path);
  try {
    const found: TopBox[] = [];
    for await (const box of topBoxes(handle, (await handle.stat()).size)) found.push(box);
    return found;
  } finally {
    await handle.close();
  }
}
