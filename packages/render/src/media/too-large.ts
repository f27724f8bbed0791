import { UnderstudyError } from "#model/errors.js";

/**
 * The refusal of a file that is too large, in units of a thousand (1 MB = 1 000 000 bytes). Its size is rounded up and the
 * limit down, so the two never read alike.
 * @param what names the file in front of its size: `The photo`, `The video`.
 */
export function tooLarge(what: string, byteLength: number, maxBytes: number, hint?: string): UnderstudyError {
  const [unit, name] = maxBytes < 1_000_000 ? [1000, "kB"] : [1_000_000, "MB"];
  const size = (Math.ceil((byteLength * 10) / unit) / 10).toFixed(1);
  const limit = (Math.floor((maxBytes * 10) / unit) / 10).toFixed(1);
  const message = `${what} has ${size} ${name}, the limit is ${limit} ${name}.`;
  return new UnderstudyError("input-too-large", message, hint === undefined ? {} : { hint });
}
