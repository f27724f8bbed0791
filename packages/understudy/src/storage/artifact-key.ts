import { UnderstudyError } from "@understudy/render";

/** No part is empty, `.` or `..`, or begins with a dot: such names are those of files that are not whole yet. */
const keyPattern = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}\/)*[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/** S3 takes 1,024 bytes; the rest is left to a bucket's prefix. */
const maxKeyLength = 768;

/** Keys are made by us: one that cannot be used is a fault of ours. @throws UnderstudyError `internal-error`. */
export function checkKey(key: string): string {
  if (key.length > maxKeyLength || !keyPattern.test(key)) {
    throw new UnderstudyError("internal-error", "A file was to be kept under a key that is none.");
  }
  return key;
}

/** Checks what `removeAll` is given: a whole folder of keys. @throws UnderstudyError `internal-error`. */
export function checkFolderPrefix(prefix: string): string {
  checkKey(prefix.endsWith("/") ? prefix.slice(0, -1) : "");
  return prefix;
}
