import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hashFile } from "@understudy/render";
import { withWorkFolder } from "#paths/index.js";
import { readMadeNote, sha256At, writeMadeNote } from "./made-note.js";

/**
 * Makes a file once. Beside it lies a note of how it was made and of its hash; the file is used again only while both are
 * true, so that an older version's clip is not taken for it.
 * @param recipe changes whenever the same call would draw something else.
 * @param make writes the file at the path it is given, which has the same name in a folder that is thrown away.
 * @returns lower-case hex SHA-256 of the file.
 */
export async function keepMade(
  path: string,
  recipe: string,
  make: (path: string) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  const note = await readMadeNote(path);
  if (note?.recipe === recipe && note.sha256 === (await sha256At(path, signal))) return note.sha256;
  return withWorkFolder(dirname(path), async (workFolder) => {
    const made = join(workFolder, basename(path));
    await make(made);
    const { sha256 } = await hashFile(made, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
    // In this order a stop at any moment leaves a file that its note is true of, or no file.
    await rm(path, { force: true });
    await writeMadeNote(path, { recipe, sha256 });
    await rename(made, path);
    return sha256;
  });
}
