import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashFile } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { OutputFiles } from "#paths/index.js";
import { UploadRefused, type Bucket } from "./bucket.js";
import { mediaTypeOf } from "./media-type-of.js";
import { addressBelow, newSecret, outputsIn, safeName } from "./name-result.js";
import type { ResultPlace, ResultStore } from "./result-store.js";

/**
 * Keeps results in a bucket: a render writes into the job's own folder, and what it wrote is removed here once it is uploaded.
 * The address is `storage.publicUrl` with the key behind it, else a link that holds for `storage.linkDays`.
 */
export function createBucketResults(bucket: Bucket, { storage }: Pick<Config, "storage">): ResultStore {
  const { endpointUrl, name: bucketName, prefix } = bucket;
  /** Those that may have an object in the bucket. */
  const begun = new WeakSet<ResultPlace>();
  return {
    isLocal: false,
    async prepare({ name, workFolder }) {
      const secret = newSecret();
      const folder = join(workFolder, secret);
      await mkdir(folder, { mode: 0o700 });
      const outputs = outputsIn(folder, safeName(name));
      const objects = filesOf(outputs).map((path) => {
        return { endpointUrl, bucket: bucketName, key: `${prefix}${secret}/${basename(path)}` };
      });
      return { outputs, objects };
    },
    async publish(place, signal) {
      const { outputs, objects } = place;
      signal.throwIfAborted();
      begun.add(place);
      for (const [number, path] of filesOf(outputs).entries()) {
        const isThere = await stat(path).then(
          () => true,
          () => false,
        );
        if (!isThere && path !== outputs.video) continue;
        const { sha256, byteLength } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
        const mediaType = mediaTypeOf(path);
        await bucket
          .put(objects[number]!.key, { path, sha256, byteLength, mediaType }, signal)
          .catch((thrown: unknown) => {
            if (number === 0 && thrown instanceof UploadRefused) begun.delete(place);
            throw thrown;
          });
      }
      await rm(outputs.folder, { recursive: true, force: true, maxRetries: 3 });
      const { key } = objects[0]!;
      if (storage.publicUrl !== "") return addressBelow(storage.publicUrl, key);
      return bucket.linkTo(key, storage.linkDays * daySeconds);
    },
    async discard(place) {
      await rm(place.outputs.folder, { recursive: true, force: true, maxRetries: 3 });
      if (!begun.has(place)) return;
      await Promise.all(place.objects.map(({ key }) => bucket.remove(key)));
      begun.delete(place);
    },
  };
}

const daySeconds = 86_400;

/** In the order of a place's objects, video first. */
function filesOf({ video, manifest, sidecar }: OutputFiles): readonly string[] {
  return [video, manifest, sidecar];
}
