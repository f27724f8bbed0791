import { basename } from "node:path";
import { isDiskFull, UnderstudyError } from "#model/errors.js";

/**
 * Names a failed write: `disk-full` for a full disk or an exhausted quota, `output-write-failed` for the rest. Errors that
 * have a name already, and aborts, pass unchanged.
 */
export function nameWriteError(path: string, thrown: unknown): unknown {
  if (thrown instanceof UnderstudyError) return thrown;
  const { name, code } = (thrown ?? {}) as NodeJS.ErrnoException;
  if (name === "AbortError") return thrown;
  if (isDiskFull(thrown)) {
    return new UnderstudyError("disk-full", "The disk is full.", { cause: thrown });
  }
  const reason = code === undefined ? "" : ` (${code})`;
  return new UnderstudyError("output-write-failed", `${basename(path)} could not be written${reason}.`, {
    cause: thrown,
  });
}
