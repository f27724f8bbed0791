import { UnderstudyError } from "#model/errors.js";
import type { Child } from "./child.js";

/** Longest wait for a program that has something to do, milliseconds; a picture of 8K takes about one second. */
const patienceMs = 120_000;

/**
 * Waits for a step of a program; one that does nothing for `limitMs`, by default two minutes, is ended.
 * @throws UnderstudyError `unreadable-media`, for only a file that leads it astray is known to do so.
 */
export async function withPatience<T>(child: Child, step: Promise<T>, limitMs = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill();
      reject(new UnderstudyError("unreadable-media", "FFmpeg did not get on with the file and was ended."));
    }, limitMs);
  });
  try {
    return await Promise.race([step, stuck]);
  } finally {
    clearTimeout(timer);
  }
}
