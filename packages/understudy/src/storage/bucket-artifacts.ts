import { checkFolderPrefix, checkKey } from "./artifact-key.js";
import type { ArtifactStore } from "./artifact-store.js";
import type { Bucket } from "./bucket.js";
import { fetchObject } from "./fetch-object.js";

/** Keeps artifacts in a bucket, below its prefix. */
export function createBucketArtifacts(bucket: Bucket): ArtifactStore {
  const { prefix } = bucket;
  const whole = (key: string): string => prefix + checkKey(key);
  return {
    endpointUrl: bucket.endpointUrl,
    name: bucket.name,
    put: async (key, file, signal) => bucket.put(whole(key), file, signal),
    byteLength: async (key) => bucket.byteLength(whole(key)),
    remove: async (key) => bucket.remove(whole(key)),
    fetch: async (key, path, { sha256 }, signal) => fetchObject(bucket, whole(key), { path, sha256 }, signal),
    open: async (key, range) => (await bucket.open(whole(key), range)).stream,
    removeAll: async (folder) => bucket.removeAll(prefix + checkFolderPrefix(folder)),
    list: async (start) => (await bucket.list(prefix + start)).map((key) => key.slice(prefix.length)),
    linkTo: async (key, seconds, presentation) => bucket.linkTo(whole(key), seconds, presentation),
  };
}
