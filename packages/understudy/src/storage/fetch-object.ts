import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UnderstudyError } from "@understudy/render";
import { dataFolderError } from "#records/private-file.js";
import type { Bucket } from "./bucket.js";

/** Attempts in a row that bring nothing new. */
const fruitless = 3;

/** Before the second attempt; each further pause is four times as long. */
const firstPauseMs = 50;

/** Where an object goes, and what it must be; without a hash, what was noted at its upload. */
export interface Destination {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string | undefined;
}

/**
 * Brings an object to this machine: whole and checked, or not at all. A transfer that breaks off goes on from where it was.
 * @throws UnderstudyError `artifact-missing`, `download-failed`, `disk-full`; the signal's reason after a cancel.
 */
export async function fetchObject(
  bucket: Bucket,
  key: string,
  { path, sha256 }: Destination,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const partial = join(dirname(path), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  const file = await open(partial, "wx", 0o600).catch(fail);
  try {
    const hash = createHash("sha256");
    const noted = await receive(bucket, key, signal, async (bytes) => {
      hash.update(bytes);
      // Handed to the system in whole, or it throws; writeFile goes on at the file's own position.
      await file.writeFile(bytes).catch(fail);
    });
    const found = hash.digest("hex");
    if (found !== (sha256 ?? noted ?? found)) throw broken("A file that was fetched is not what was kept.");
    await rename(partial, path).catch(fail);
  } finally {
    await file.close();
    await rm(partial, { force: true });
  }
}

/** @returns the hash that was noted at the upload. */
async function receive(
  bucket: Bucket,
  key: string,
  signal: AbortSignal,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<string | undefined> {
  let [position, tries] = [0, 0];
  let byteLength: number | undefined;
  for (;;) {
    const before = position;
    try {
      const range = byteLength === undefined || position === 0 ? undefined : { start: position, end: byteLength - 1 };
      const read = await bucket.open(key, range, signal);
      if (byteLength !== undefined && byteLength !== read.byteLength)
        throw broken("A file changed while it was fetched.");
      byteLength = read.byteLength;
      for await (const bytes of read.stream as AsyncIterable<Uint8Array>) {
        position += bytes.length;
        await take(bytes);
      }
      if (position === byteLength) return read.sha256;
      throw broken(position > byteLength ? "More came than a file has." : "A transfer ended too early.");
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof UnderstudyError && thrown.code !== "download-failed") throw thrown;
      tries = position > before ? 0 : tries;
      if (position > (byteLength ?? Infinity) || tries + 1 >= fruitless) throw asDownloadError(thrown);
    }
    await sleep(firstPauseMs * 4 ** tries, undefined, { signal });
    tries += 1;
  }
}

function asDownloadError(thrown: unknown): UnderstudyError {
  return thrown instanceof UnderstudyError ? thrown : broken("The bucket's connection broke off too often.");
}

function broken(message: string): UnderstudyError {
  return new UnderstudyError("download-failed", message, {
    hint: "Try again; if it stays, look whether the bucket's objects were changed by somebody else.",
  });
}

function fail(thrown: unknown): never {
  throw dataFolderError(thrown);
}
