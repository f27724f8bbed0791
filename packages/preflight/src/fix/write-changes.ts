import { randomBytes } from "node:crypto";
import { link, lstat, mkdir, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { PreflightError } from "#model/errors.js";
import type { FileChange } from "./plan-fixes.js";

/**
 * Writes changes into the project, each file at once or not at all; its mode stays. Every file is checked before the
 * first is written.
 * @throws PreflightError `fix-conflict` when a file is not what it was when it was read, or lies outside the project.
 */
export async function writeChanges(root: string, changes: readonly FileChange[]): Promise<void> {
  const realRoot = await realpath(root);
  for (const change of changes) await assertUnchanged(realRoot, change);
  for (const change of changes) await writeChange(realRoot, change);
}

async function writeChange(root: string, change: FileChange): Promise<void> {
  const path = join(root, change.path);
  if (change.before === undefined) await mkdir(dirname(path), { recursive: true });
  const mode = change.before === undefined ? 0o666 : (await lstat(path)).mode & 0o7777;
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      // The umask cut the mode that `open` was given.
      if (change.before !== undefined) await file.chmod(mode);
      await file.writeFile(change.after);
    } finally {
      await file.close();
    }
    // Read again at the last moment; a new file is linked, which fails where rename would overwrite.
    await assertUnchanged(root, change);
    if (change.before === undefined) await link(temporary, path);
    else await rename(temporary, path);
  } catch (cause) {
    throw cause instanceof PreflightError ? cause : conflict(change, "cannot be written", cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function assertUnchanged(root: string, change: FileChange): Promise<void> {
  const path = resolve(root, change.path);
  if (!isInside(root, path) || !isInside(root, await realFolderOf(path))) {
    throw conflict(change, "lies outside the project");
  }
  const found = await lstat(path).catch(() => undefined);
  if (change.before === undefined) {
    if (found !== undefined) throw conflict(change, "is there already");
    return;
  }
  if (found?.isFile() !== true) throw conflict(change, "is no regular file any more");
  const text = await readFile(path, "utf8");
  if (text.replace(/^\uFEFF/, "") !== change.before) throw conflict(change, "changed since it was read");
  // Rewriting would drop the mark, which some editors need.
  if (text.startsWith("\uFEFF")) throw conflict(change, "begins with a byte order mark");
  // Bytes that are no UTF-8 would be written back as U+FFFD.
  if (text.includes("\uFFFD")) throw conflict(change, "is not UTF-8");
}

/** The real path of the nearest folder that is there; symlinks on the way are followed. */
async function realFolderOf(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined);
    if (real !== undefined) return real;
    if (folder === dirname(folder)) return folder;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(root, way) === path;
}

function conflict({ path }: FileChange, what: string, cause?: unknown): PreflightError {
  return new PreflightError("fix-conflict", `${path} ${what}.`, { cause });
}
