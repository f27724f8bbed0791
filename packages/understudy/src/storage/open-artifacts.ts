import { join } from "node:path";
import type { Config } from "#config/index.js";
import type { ArtifactStore } from "./artifact-store.js";
import { createBucketArtifacts } from "./bucket-artifacts.js";
import { createDiskArtifacts } from "./disk-artifacts.js";
import { openBucket, type ResultWorld } from "./open-result-store.js";

/**
 * The bucket of the `BUCKET_*` variables, else `artifacts` in the data folder. Several machines need a bucket, or a data
 * folder that all of them see.
 * @throws UnderstudyError `bad-config`.
 */
export async function openArtifacts(world: {
  readonly config: Pick<Config, "dataFolder">;
  readonly env: ResultWorld["env"];
}): Promise<ArtifactStore> {
  const bucket = await openBucket(world.env);
  if (bucket !== undefined) return createBucketArtifacts(bucket);
  return createDiskArtifacts(join(world.config.dataFolder, "artifacts"));
}
