import { publishedBy, publishedPath, publishedState, type BucketAtHand } from "#records/published.js";
import type { RenderRecord } from "#records/render-records.js";
import type { ErasedFile, RemainingFile } from "./erase-report.js";

/** Where finished renders were moved to, as far as an erasure needs it. */
export type PublishedIn = BucketAtHand;

/** What a person's renders put into a bucket: what is there, and what nobody can tell. */
export interface FoundPublished {
  readonly ours: readonly ErasedFile[];
  readonly unreadable: readonly RemainingFile[];
}

/** Looks for the objects that finished renders were moved to; only those of the bucket at hand can be looked for. */
export async function findPublished(
  renders: readonly RenderRecord[],
  bucket: PublishedIn | undefined,
): Promise<FoundPublished> {
  const ours: ErasedFile[] = [];
  const unreadable: RemainingFile[] = [];
  for (const object of renders.flatMap(publishedBy)) {
    const path = publishedPath(object);
    const state = await publishedState(object, bucket);
    if (state === "there") ours.push({ kind: "published", what: "uploaded file", path });
    if (state === "elsewhere") {
      unreadable.push({ path, why: `lies at ${object.endpointUrl}; set the BUCKET_* variables for it` });
    }
    if (state === "unreadable") unreadable.push({ path, why: "the bucket does not answer, or not with this key" });
  }
  return { ours, unreadable };
}

/** Removes an object that `findPublished` found in this bucket. @returns why it stays. */
export async function removePublished(path: string, bucket: PublishedIn | undefined): Promise<string | undefined> {
  if (bucket === undefined) return "no bucket is named";
  return bucket.remove(path.slice(`s3://${bucket.name}/`.length)).then(
    () => undefined,
    () => "the bucket refuses or does not answer",
  );
}
