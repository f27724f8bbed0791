import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UnderstudyError } from "@understudy/render";

/**
 * Looks, before anything is done, whether a file that the user asked for can be written.
 * @param mayReplace whether one that is there will be replaced; default yes.
 * @throws UnderstudyError `output-folder-missing`, `bad-usage`, `output-exists`.
 */
export async function assertFilePlace(path: string, { mayReplace = true } = {}): Promise<void> {
  const folder = dirname(path);
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory())
    throw new UnderstudyError("output-folder-missing", `The folder ${folder} does not exist.`, {
      hint: "Create the folder first, or choose another.",
    });
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UnderstudyError("bad-usage", `${path} is a folder; give a file name inside it.`);
  if (found !== undefined && !mayReplace) {
    throw new UnderstudyError("output-exists", `${path} exists already.`, { hint: "Choose another name." });
  }
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new UnderstudyError("bad-usage", `The folder ${folder} is not writable.`, { cause });
  });
}
