import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";

/** Reads `--template`. The folder may be made later; what is there must be one. @throws UnderstudyError `bad-usage`. */
export async function readTemplateFolder(template: string | undefined, cwd: string): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const folder = resolve(cwd, template);
  const found = await stat(folder).catch(() => undefined);
  if (template !== "" && found?.isDirectory() !== false) return folder;
  throw new UnderstudyError("bad-usage", "--template expects a folder.", {
    hint: "Name a folder of your own; it is made when it is missing.",
  });
}
