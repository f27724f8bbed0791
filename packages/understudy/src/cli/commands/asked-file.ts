import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UnderstudyError } from "@understudy/render";

/**
 * Looks, before anything is done, whether a small file that the user asked for can be written; one that is there will be
 * replaced.
 * @throws UnderstudyError `output-folder-missing`, `bad-usage`.
 */
export async function assertFilePlace(path: string): Promise<void> {
  const folder = dirname(path);
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) throw new UnderstudyError("output-folder-missing", `The folder ${folder} does not exist.`);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UnderstudyError("bad-usage", `${path} is a folder; give a file name inside it.`);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new UnderstudyError("bad-usage", `The folder ${folder} is not writable.`, { cause });
  });
}
