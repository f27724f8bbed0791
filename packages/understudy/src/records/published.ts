import type { Bucket } from "#storage/bucket.js";
import type { PublishedObject, RenderRecord, RenderRecords } from "./render-records.js";

/** The bucket that this process may use, as far as removing what was uploaded needs it. */
export type BucketAtHand = Pick<Bucket, "endpointUrl" | "name" | "byteLength" | "remove">;

/**
 * What is known of an uploaded file. `elsewhere`: its bucket is not the one at hand. `unreadable`: the bucket does not answer, or
 * not with this key.
 */
export type PublishedState = "there" | "gone" | "elsewhere" | "unreadable";

/** What a render uploaded, as far as it was not removed since. */
export function publishedBy({ state, published = [], publishedRemovedAt }: RenderRecord): readonly PublishedObject[] {
  return state === "finished" && publishedRemovedAt === undefined ? published : [];
}

/** An object's name for people: `s3://BUCKET/KEY`. */
export function publishedPath({ bucket, key }: PublishedObject): string {
  return `s3://${bucket}/${key}`;
}

/** Looks whether an uploaded file is where it was put. */
export async function publishedState(
  object: PublishedObject,
  bucket: BucketAtHand | undefined,
): Promise<PublishedState> {
  if (bucket?.endpointUrl !== object.endpointUrl || bucket.name !== object.bucket) return "elsewhere";
  return bucket.byteLength(object.key).then(
    (byteLength) => (byteLength === undefined ? "gone" : "there"),
    () => "unreadable",
  );
}

/** Removes an uploaded file, if it is there. @returns what became of it. */
export async function takeDown(
  object: PublishedObject,
  bucket: BucketAtHand | undefined,
): Promise<Exclude<PublishedState, "there"> | "deleted"> {
  const state = await publishedState(object, bucket);
  if (state !== "there") return state;
  return bucket!.remove(object.key).then(
    () => "deleted",
    () => "unreadable",
  );
}

/** Notes that all that a render uploaded is gone, so that nobody looks for it again. */
export async function notePublishedRemoved(
  { renderId, state, outputs, startedAt, endedAt = startedAt }: RenderRecord,
  renders: Pick<RenderRecords, "end">,
  now: Date,
): Promise<void> {
  await renders.end(renderId, { state, outputs, publishedRemovedAt: now.toISOString() }, new Date(endedAt));
}
