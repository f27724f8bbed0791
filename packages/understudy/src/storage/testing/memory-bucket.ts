import { readFile } from "node:fs/promises";
import { UnderstudyError } from "@understudy/render";
import type { Bucket } from "#storage/bucket.js";

/** A bucket in memory, and what lies in it. */
export interface MemoryBucket extends Bucket {
  readonly objects: Map<string, Buffer>;
  /** While true, nothing is answered. */
  isDown: boolean;
}

/** An empty bucket. */
export function createMemoryBucket(facts: Partial<Pick<Bucket, "endpointUrl" | "name" | "prefix">> = {}): MemoryBucket {
  const objects = new Map<string, Buffer>();
  const assertUp = (): void => {
    if (bucket.isDown) throw new UnderstudyError("upload-failed", "The bucket does not answer.");
  };
  const bucket: MemoryBucket = {
    endpointUrl: "https://s3.test",
    name: "videos",
    prefix: "",
    ...facts,
    objects,
    isDown: false,
    async put(key, { path }, signal) {
      assertUp();
      signal.throwIfAborted();
      objects.set(key, await readFile(path));
    },
    async byteLength(key) {
      assertUp();
      return objects.get(key)?.length;
    },
    async remove(key) {
      assertUp();
      objects.delete(key);
    },
    linkTo: async (key, seconds) => `https://s3.test/videos/${key}?expires=${seconds}`,
  };
  return bucket;
}
