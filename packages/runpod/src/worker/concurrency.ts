import type { Log } from "./log.js";
import type { ServeOptions } from "./serve-options.js";

/**
 * Asks how many jobs may run at the same time, before every poll. An answer that is no whole number from 1 is named in the
 * log, and the last good one stays (the SDK ends on `None`: runpod-python#458).
 * @throws RangeError for a fixed number that is no whole number from 1.
 */
export function createConcurrency(concurrency: ServeOptions["concurrency"], log: Log): () => Promise<number> {
  const asked = concurrency ?? 1;
  if (typeof asked !== "function") {
    if (!isCount(asked)) throw new RangeError(problemOf(asked));
    return async () => asked;
  }
  let current = 1;
  let lastProblem = "";
  const complain = (problem: string): void => {
    if (problem !== lastProblem) log({ level: "error", message: `${problem} It stays at ${current}.` });
    lastProblem = problem;
  };
  return async () => {
    try {
      const answer: unknown = await asked(current);
      if (isCount(answer)) {
        current = answer;
        lastProblem = "";
      } else complain(problemOf(answer));
    } catch {
      complain("The function given as `concurrency` threw an error.");
    }
    return current;
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function problemOf(value: unknown): string {
  const name = typeof value === "number" || value === null ? String(value) : typeof value;
  return `\`concurrency\` must be a whole number of 1 or more, and is ${name}.`;
}
