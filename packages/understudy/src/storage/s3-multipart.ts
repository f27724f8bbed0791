import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
  type MultipartUpload,
  type Part,
  type S3Client,
} from "@aws-sdk/client-s3";
import { UnderstudyError } from "@understudy/render";
import type { BucketFile } from "./bucket.js";
import { isFinal, statusOf } from "./s3-failure.js";

const mebibyte = 1 << 20;

/** Files of so many bytes and more go in parts. */
export const multipartFromBytes = 16 * mebibyte;

/** Size of a file's parts, always the same for the same file: S3 takes at most 10,000 of them, the last may be smaller. */
export function partBytesOf(byteLength: number): number {
  return Math.max(8, Math.ceil(byteLength / 10_000 / mebibyte)) * mebibyte;
}

/** An object that is put in parts; what `CreateMultipartUpload` is told of it besides its name. */
export type PartedObject = CreateMultipartUploadCommandInput & { readonly Bucket: string; readonly Key: string };

/**
 * Sends a large file in parts, each with its SHA-256. Parts that an interrupted upload of the same bytes left are not sent
 * again; what other uploads of this key left is removed. One part is in memory at a time: 8 MiB for a file below 78 GiB.
 */
export async function putParts(
  client: S3Client,
  object: PartedObject,
  file: BucketFile,
  signal: AbortSignal,
): Promise<void> {
  const place = { Bucket: object.Bucket, Key: object.Key };
  const send = { abortSignal: signal };
  const bytes = await open(file.path, "r");
  try {
    const begun = await resume(client, place, bytes, file, signal);
    const UploadId = begun?.uploadId ?? (await client.send(new CreateMultipartUploadCommand(object), send)).UploadId!;
    try {
      const whole = createHash("sha256");
      const parts: CompletedPart[] = [];
      for (let number = 1; number <= partCount(file); number++) {
        const Body = await readPart(bytes, file, number);
        whole.update(Body);
        const ChecksumSHA256 = digestOf(Body);
        const part = { PartNumber: number, ChecksumSHA256 };
        const kept = begun?.parts.get(number);
        const upload = new UploadPartCommand({ ...place, UploadId, ...part, Body, ContentLength: Body.length });
        const ETag = kept?.etag ?? (await client.send(upload, send)).ETag;
        parts.push({ ...part, ETag });
      }
      if (whole.digest("hex") !== file.sha256) throw changed();
      await complete(client, { ...place, UploadId }, parts, signal);
    } catch (thrown) {
      const isGivenUp = !signal.aborted && (isFinal(thrown) || thrown instanceof UnderstudyError);
      if (isGivenUp) await client.send(new AbortMultipartUploadCommand({ ...place, UploadId }), send).catch(ignore);
      throw thrown;
    }
  } finally {
    await bytes.close();
  }
}

/** Removes what unfinished uploads left of the keys that begin so, and that are meant. */
export async function abortUnfinished(
  client: S3Client,
  { bucket, keyPrefix, isMeant }: UnfinishedKeys,
  signal: AbortSignal,
): Promise<void> {
  const uploads = await listUnfinished(client, bucket, keyPrefix, signal);
  for (const { Key, UploadId } of uploads.filter(({ Key = "" }) => isMeant(Key))) {
    const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId });
    await client.send(command, { abortSignal: signal }).catch((thrown: unknown) => {
      if (statusOf(thrown) !== 404) throw thrown;
    });
  }
}

/** Which keys' unfinished uploads are removed. */
export interface UnfinishedKeys {
  readonly bucket: string;
  readonly keyPrefix: string;
  isMeant(key: string): boolean;
}

interface UnfinishedUpload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

interface Begun {
  readonly uploadId: string;
  readonly parts: ReadonlyMap<number, { readonly etag: string | undefined }>;
}

/** The unfinished upload of these very bytes; every other one of this key is removed. */
async function resume(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
  bytes: FileHandle,
  file: BucketFile,
  signal: AbortSignal,
): Promise<Begun | undefined> {
  const uploads = (await listUnfinished(client, place.Bucket, place.Key, signal)).filter(
    ({ Key }) => Key === place.Key,
  );
  let found: Begun | undefined;
  for (const { UploadId } of uploads) {
    const parts =
      found === undefined ? await sameParts(client, { ...place, UploadId: UploadId! }, bytes, file, signal) : undefined;
    if (parts !== undefined) found = { uploadId: UploadId!, parts };
    else
      await client.send(new AbortMultipartUploadCommand({ ...place, UploadId }), { abortSignal: signal }).catch(ignore);
  }
  return found;
}

/** Parts that are there; undefined when there is none, or one that the service does not say to be ours. */
async function sameParts(
  client: S3Client,
  upload: UnfinishedUpload,
  bytes: FileHandle,
  file: BucketFile,
  signal: AbortSignal,
): Promise<Begun["parts"] | undefined> {
  const parts = new Map<number, { readonly etag: string | undefined }>();
  for (const { PartNumber: number = 0, ChecksumSHA256, ETag: etag } of await listParts(client, upload, signal)) {
    const isOurs = number <= partCount(file) && digestOf(await readPart(bytes, file, number)) === ChecksumSHA256;
    if (!isOurs) return undefined;
    parts.set(number, { etag });
  }
  return parts.size === 0 ? undefined : parts;
}

/** The SDK's own paginator goes on for ever where a service names a next part behind the last (versitygw 1.8.0). */
async function listParts(client: S3Client, upload: UnfinishedUpload, signal: AbortSignal): Promise<readonly Part[]> {
  const found: Part[] = [];
  for (let after = 0; ;) {
    const command = new ListPartsCommand({ ...upload, ...(after > 0 && { PartNumberMarker: `${after}` }) });
    const page = await client.send(command, { abortSignal: signal });
    found.push(...(page.Parts ?? []));
    const next = Number(page.NextPartNumberMarker ?? 0);
    if (page.IsTruncated !== true || next <= after) return found;
    after = next;
  }
}

/** What the service says of the whole is the digest of the parts' digests; not every service says it. */
async function complete(
  client: S3Client,
  upload: UnfinishedUpload,
  Parts: CompletedPart[],
  signal: AbortSignal,
): Promise<void> {
  const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
  const answer = await client.send(command, { abortSignal: signal }).catch((thrown: unknown) => {
    // An earlier attempt, whose answer was lost, was heard; the object itself is looked at next.
    if ((thrown as Error).name === "NoSuchUpload") return undefined;
    throw thrown;
  });
  const whole = createHash("sha256");
  for (const { ChecksumSHA256 } of Parts) whole.update(Buffer.from(ChecksumSHA256!, "base64"));
  const said = answer?.ChecksumSHA256;
  if (said?.endsWith(`-${Parts.length}`) === true && said !== `${whole.digest("base64")}-${Parts.length}`)
    throw changed();
}

async function listUnfinished(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  signal: AbortSignal,
): Promise<readonly MultipartUpload[]> {
  const found: MultipartUpload[] = [];
  let from: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client
      .send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...from }), { abortSignal: signal })
      .catch((thrown: unknown) => {
        // A key may lack this right, and some services the whole question: then nothing can be resumed or removed.
        if (isFinal(thrown) || statusOf(thrown) === 501) return undefined;
        throw thrown;
      });
    found.push(...(page?.Uploads ?? []));
    if (page?.IsTruncated !== true) return found;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

function partCount({ byteLength }: BucketFile): number {
  return Math.ceil(byteLength / partBytesOf(byteLength));
}

async function readPart(bytes: FileHandle, { byteLength }: BucketFile, number: number): Promise<Buffer> {
  const partBytes = partBytesOf(byteLength);
  const start = (number - 1) * partBytes;
  const part = Buffer.allocUnsafe(Math.min(partBytes, byteLength - start));
  const { bytesRead } = await bytes.read(part, 0, part.length, start);
  if (bytesRead < part.length) throw changed();
  return part;
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

function changed(): UnderstudyError {
  return new UnderstudyError("upload-failed", "A file changed on its way into the bucket.");
}

function ignore(): void {}
