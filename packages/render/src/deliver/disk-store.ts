import { randomBytes } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDiskFull, UnderstudyError } from "#model/errors.js";
import type { ObjectStore, StoreInput } from "./object-store.js";

/** Hidden files that this process has beside finished ones at this moment. */
const partials = new Set<string>();

/** Removes every half-written file of this process at once; for a process that must end now. */
export function removePartials(): void {
  for (const path of partials) rmSync(path, { force: true });
  partials.clear();
}

/**
 * Keeps objects as files below one folder. Each is written beside its place under a hidden name and moved there.
 * @param options `replace`: whether an object that exists may be replaced; default false, then `put` fails with
 * `output-exists`, also for one that appeared meanwhile.
 */
export function createDiskStore(folder: string, options: { readonly replace?: boolean } = {}): ObjectStore {
  const root = resolve(folder);

  const place = (key: string): string => {
    const path = resolve(root, key);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep) || key.includes("\0")) {
      throw new UnderstudyError("output-write-failed", "An object key must stay inside its store.");
    }
    return path;
  };

  return {
    async put(inputs, signal) {
      const moves = inputs.map((input) => {
        const path = place(input.key);
        return { input, path, partial: partialBeside(path) };
      });
      const settled: Settled[] = [];
      try {
        for (const { input, partial } of moves) await stage(input, partial, signal);
        signal.throwIfAborted();
        for (const { partial, path } of moves) settled.push(await settle(partial, path, options.replace ?? false));
        for (const { backup } of settled) await discard(backup);
      } catch (thrown) {
        for (const done of settled.reverse()) await undo(done);
        for (const { partial } of moves) await discard(partial);
        throw writeError(thrown);
      }
    },
    async byteLength(key) {
      const found = await stat(place(key)).catch(() => undefined);
      return found?.isFile() ? found.size : undefined;
    },
    async open(key) {
      const path = place(key);
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) throw new UnderstudyError("file-missing", "The store has no such object.");
      return createReadStream(path);
    },
    async remove(key) {
      await rm(place(key), { force: true });
    },
  };
}

/** A file that took its place, and the one it replaced. */
interface Settled {
  readonly path: string;
  readonly backup: string | undefined;
}

function partialBeside(path: string): string {
  const partial = join(dirname(path), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  partials.add(partial);
  return partial;
}

/** Brings the bytes beside their place: as a second name of the same file where the disk allows it, else as a copy. */
async function stage(input: StoreInput, partial: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await mkdir(dirname(partial), { recursive: true });
  const isLinked = await link(input.path, partial).then(
    () => true,
    () => false,
  );
  if (isLinked) return;
  // Opened in turn: a stream that opens its own file may do so after the other one has failed, and leave it behind.
  const source = await open(input.path);
  try {
    const copy = await open(partial, "wx");
    await pipeline(source.createReadStream(), copy.createWriteStream({ flush: true }), { signal });
  } finally {
    await source.close();
  }
}

async function settle(partial: string, path: string, replace: boolean): Promise<Settled> {
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined && !replace) throw outputExists(path);
  if (existing?.isDirectory()) throw new UnderstudyError("output-write-failed", `${basename(path)} is a folder.`);
  if (existing === undefined) {
    // A link fails where a file has appeared since; a move would replace it.
    const thrown = await link(partial, path).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    if (thrown?.code === "EEXIST") throw outputExists(path);
    if (thrown === undefined) await discard(partial);
    else await rename(partial, path);
    partials.delete(partial);
    return { path, backup: undefined };
  }
  const backup = await keepOld(path);
  await rename(partial, path);
  partials.delete(partial);
  return { path, backup };
}

/** Keeps the old file as a second name of it. On a disk without links that is its only name, and no partial: nobody sweeps it. */
async function keepOld(path: string): Promise<string> {
  const backup = partialBeside(path);
  const isLinked = await link(path, backup).then(
    () => true,
    () => false,
  );
  if (isLinked) return backup;
  partials.delete(backup);
  const moved = backup.replace(/\.partial$/, ".replaced");
  await rename(path, moved);
  return moved;
}

async function undo({ path, backup }: Settled): Promise<void> {
  if (backup === undefined) return rm(path, { force: true });
  await rename(backup, path);
  partials.delete(backup);
}

async function discard(partial: string | undefined): Promise<void> {
  if (partial === undefined) return;
  await rm(partial, { force: true }).catch(() => undefined);
  partials.delete(partial);
}

function outputExists(path: string): UnderstudyError {
  return new UnderstudyError("output-exists", `${basename(path)} exists already.`);
}

function writeError(thrown: unknown): unknown {
  if (isDiskFull(thrown)) {
    return new UnderstudyError("disk-full", "The disk filled up while the file was written.", { cause: thrown });
  }
  const code = (thrown as NodeJS.ErrnoException)?.code;
  if (code !== undefined && /^(EACCES|EPERM|EROFS|EISDIR|ENOTDIR|ENAMETOOLONG|EEXIST)$/.test(code)) {
    return new UnderstudyError("output-write-failed", `The file could not be written (${code}).`, { cause: thrown });
  }
  return thrown;
}
