import type { Config } from "#config/index.js";
import type { Bucket } from "./bucket.js";
import { createBucketResults } from "./bucket-results.js";
import { readBucketSettings } from "./bucket-settings.js";
import { createDiskResults } from "./disk-results.js";
import type { ResultStore } from "./result-store.js";

/** What decides where results go. */
export interface ResultWorld {
  readonly config: Pick<Config, "storage" | "dataFolder">;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The bucket of the `BUCKET_*` variables, else the folder of the configuration. @throws UnderstudyError `bad-config`. */
export async function openResultStore({ config, env }: ResultWorld): Promise<ResultStore> {
  const bucket = await openBucket(env);
  return bucket === undefined ? createDiskResults(config) : createBucketResults(bucket, config);
}

/** The bucket of the `BUCKET_*` variables; undefined when they are not set. @throws UnderstudyError `bad-config`. */
export async function openBucket(env: ResultWorld["env"]): Promise<Bucket | undefined> {
  const settings = readBucketSettings(env);
  if (settings === undefined) return undefined;
  // Loaded when there is a bucket: the SDK takes some 200 ms.
  const { createS3Bucket } = await import("./s3-bucket.js");
  return createS3Bucket(settings);
}
