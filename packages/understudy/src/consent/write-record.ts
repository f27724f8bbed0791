import { lstat, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isDiskFull, UnderstudyError, type Consent } from "@understudy/render";

/**
 * Looks whether `-o FILE` can be written, before a record is made that it should hold.
 * @throws UnderstudyError `output-exists`, `output-folder-missing`.
 */
export async function assertRecordFree(out: string, cwd: string): Promise<void> {
  const path = resolve(cwd, out);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new UnderstudyError("output-folder-missing", `The folder ${dirname(path)} does not exist.`);
  }
  if ((await lstat(path).catch(() => undefined)) !== undefined) throw exists(path);
}

/**
 * Writes a record to a file of its own, which only this user may read, for `--consent FILE` elsewhere.
 * @throws UnderstudyError `output-exists`, `output-write-failed`, `disk-full`.
 */
export async function writeRecord(consent: Consent, out: string, cwd: string): Promise<void> {
  const path = resolve(cwd, out);
  try {
    await writeFile(path, `${JSON.stringify(consent, null, 2)}\n`, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw exists(path);
    const hint = `The record itself is kept: understudy consent show ${consent.id} --json.`;
    const code = isDiskFull(cause) ? "disk-full" : "output-write-failed";
    throw new UnderstudyError(code, `The record could not be written to ${path}.`, { hint, cause });
  }
}

function exists(path: string): UnderstudyError {
  return new UnderstudyError("output-exists", `${path} exists already.`, { hint: "Choose another name with -o." });
}
