import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import type { ObjectStore, StoreInput } from "./object-store.js";

/** Keeps objects as files below one folder. Each is written beside its place and renamed, so that none is ever half. */
export function createDiskStore(folder: string): ObjectStore {
  const root = resolve(folder);

  const place = (key: string): string => {
    const path = resolve(root, key);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep) || key.includes("\0")) {
      throw new UnderstudyError("output-write-failed", "An object key must stay inside its store.");
    }
    return path;
  };

  return {
    async put(input, signal) {
      const path = place(input.key);
      await mkdir(dirname(path), { recursive: true });
      const partial = `${path}.${randomBytes(4).toString("hex")}.partial`;
      try {
        const artifact = await copyHashed(input, partial, signal);
        await rename(partial, path);
        return artifact;
      } catch (thrown) {
        await rm(partial, { force: true });
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

async function copyHashed(input: StoreInput, path: string, signal: AbortSignal): Promise<Artifact> {
  const hash = createHash("sha256");
  let byteLength = 0;
  const file = await open(path, "wx");
  try {
    for await (const chunk of createReadStream(input.path, { signal, highWaterMark: 1 << 20 })) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      byteLength += bytes.length;
      await file.write(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { key: input.key, sha256: hash.digest("hex"), byteLength, mediaType: input.mediaType };
}

function writeError(thrown: unknown): unknown {
  const code = (thrown as NodeJS.ErrnoException)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UnderstudyError("disk-full", "The disk filled up while the file was written.", { cause: thrown });
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "EISDIR" || code === "ENOTDIR") {
    return new UnderstudyError("output-write-failed", `The file could not be written (${code}).`, { cause: thrown });
  }
  return thrown;
}
