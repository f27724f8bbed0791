import type { PreflightIo } from "./io.js";

/** Below this nobody wonders whether anything happens. */
const patienceMs = 1000;

/** Does a piece of work; a person at a terminal is told when it takes more than a moment. */
export async function withProgress<T>(io: PreflightIo, words: string, work: () => Promise<T>): Promise<T> {
  if (!io.stderr.isTerminal) return work();
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    io.stderr.write(words);
  }, patienceMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    // Back to the line's start, and erase it (ECMA-48, EL).
    if (isShown) io.stderr.write("\r\u001B[2K");
  }
}
