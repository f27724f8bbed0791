import { stat, utimes } from "node:fs/promises";
import { isElsewhere, mayBeAlive } from "./process-identity.js";
import type { RenderRecord } from "./render-records.js";

/** How often a render shows that it works, and after how long without it a render of another container counts as dead. */
const [beatMilliseconds, silenceMilliseconds] = [2000, 10_000];

/**
 * Sets a folder's time again and again: a sign that processes in other containers can see, who cannot see this one. Call the
 * result to stop; a folder that is not there is passed over.
 */
export function showLife(folder: string): () => void {
  const beat = (): void => {
    const now = new Date();
    void utimes(folder, now, now).catch(() => undefined);
  };
  const timer = setInterval(beat, beatMilliseconds).unref();
  return () => clearInterval(timer);
}

/** Whether the process of a started render is gone; for one of another container, whether it has been silent for 10 s. */
export async function isDead({ process, workFolder, startedAt }: RenderRecord, now: Date): Promise<boolean> {
  if (!isElsewhere(process)) return !mayBeAlive(process);
  const folder = await stat(workFolder).catch(() => undefined);
  const lastSign = Math.max(Date.parse(startedAt), folder?.mtimeMs ?? 0);
  return now.getTime() - lastSign > silenceMilliseconds;
}
