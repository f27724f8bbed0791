import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { UnderstudyError } from "@understudy/render";
import { artifactMissing } from "#storage/artifact-missing.js";
import type { Bucket } from "#storage/bucket.js";

/** A bucket in memory, and what lies in it. */
export interface MemoryBucket extends Bucket {
  readonly objects: Map<string, Buffer>;
  /** While true, nothing is answered. */
  isDown: boolean;
  /** Readings that break off after so many bytes, one number each. */
  readonly breaks: number[];
}

/** An empty bucket. */
export function createMemoryBucket(facts: Partial<Pick<Bucket, "endpointUrl" | "name" | "prefix">> = {}): MemoryBucket {
  const objects = new Map<string, Buffer>();
  const assertUp = (): void => {
    if (bucket.isDown) throw new UnderstudyError("upload-failed", "The bucket does not answer.");
  };
  const keysWith = (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const bucket: MemoryBucket = {
    endpointUrl: "https://s3.test",
    name: "videos",
    prefix: "",
    ...facts,
    objects,
    isDown: false,
    breaks: [],
    async put(key, { path, sha256 }, signal) {
      assertUp();
      signal.throwIfAborted();
      const bytes = await readFile(path);
      if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
        throw new UnderstudyError("upload-failed", "The digest is another one.");
      }
      objects.set(key, bytes);
    },
    async byteLength(key) {
      assertUp();
      return objects.get(key)?.length;
    },
    async open(key, range) {
      assertUp();
      const whole = objects.get(key);
      if (whole === undefined) throw artifactMissing();
      const part = range === undefined ? whole : whole.subarray(range.start, range.end + 1);
      return { stream: Readable.from(broken(part, bucket.breaks.shift())), byteLength: whole.length };
    },
    async list(prefix) {
      assertUp();
      return keysWith(prefix);
    },
    async remove(key) {
      assertUp();
      objects.delete(key);
    },
    async removeAll(prefix) {
      assertUp();
      const keys = keysWith(prefix);
      for (const key of keys) objects.delete(key);
      return keys.length;
    },
    linkTo: async (key, seconds) => `https://s3.test/videos/${key}?expires=${seconds}`,
  };
  return bucket;
}

async function* broken(bytes: Buffer, after: number | undefined): AsyncGenerator<Buffer> {
  yield bytes.subarray(0, after);
  if (after !== undefined) throw new Error("The connection broke.");
}
