import type { PublishedObject, RenderRecord } from "#records/render-records.js";
import type { Bucket } from "#storage/bucket.js";
import type { ErasedFile, RemainingFile } from "./erase-report.js";

/** Where finished renders were moved to, as far as an erasure needs it. */
export type PublishedIn = Pick<Bucket, "endpointUrl" | "name" | "byteLength" | "remove">;

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
  const finished = renders.filter(({ state }) => state === "finished");
  for (const object of finished.flatMap(({ published }) => published ?? [])) {
    const path = publishedPath(object);
    if (bucket === undefined || !isOf(bucket, object)) {
      unreadable.push({ path, why: `lies at ${object.endpointUrl}; set the BUCKET_* variables for it` });
      continue;
    }
    const found = await bucket.byteLength(object.key).then(
      (byteLength) => (byteLength === undefined ? "gone" : "there"),
      () => "unknown",
    );
    if (found === "there") ours.push({ kind: "published", what: "uploaded file", path });
    if (found === "unknown") unreadable.push({ path, why: "the bucket does not answer, or not with this key" });
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

function publishedPath({ bucket, key }: PublishedObject): string {
  return `s3://${bucket}/${key}`;
}

function isOf({ endpointUrl, name }: PublishedIn, object: PublishedObject): boolean {
  return endpointUrl === object.endpointUrl && name === object.bucket;
}
