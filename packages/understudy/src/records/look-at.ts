import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { UnderstudyError } from "@understudy/render";

/**
 * Facts of what lies at a path; a link is not followed. Undefined only when nothing is there: what cannot be looked at must
 * not count as nothing.
 * @throws UnderstudyError `data-folder-unreadable`.
 */
export function lookAt(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(nothingThere);
}

/** Names in a folder; none when there is no such folder. @throws UnderstudyError `data-folder-unreadable`. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nothingThere)) ?? [];
}

/** Ends a failed look: undefined for what is not there. @throws UnderstudyError `data-folder-unreadable` for all else. */
export function nothingThere(thrown: unknown): undefined {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code ?? "unknown";
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw new UnderstudyError("data-folder-unreadable", `Something that is needed cannot be read (${code}).`, {
    cause: thrown,
  });
}
