import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { UnderstudyError } from "@understudy/render";
import { artifactMissing } from "./artifact-missing.js";
import { UploadRefused, type Bucket, type BucketFile } from "./bucket.js";
import type { BucketSettings } from "./bucket-settings.js";
import { contentDisposition } from "./content-disposition.js";
import { bucketError, isFinal, reachedNobody, statusOf } from "./s3-failure.js";
import { abortUnfinished, multipartFromBytes, putParts } from "./s3-multipart.js";

/** Uploads of one file in all; the SDK itself sends a stream only once. */
const attempts = 3;

/** Before the second upload; the pause before the third is four times as long. */
const firstPauseMs = 250;

/** Longest time of a question without a body, its repetitions included. */
const smallMs = 20_000;

/** Objects that are removed at a time: one by one, because not every service takes a list of them. */
const removedAtOnce = 8;

/** Speaks to a real bucket. Objects belong to the bucket's owner: no access list is ever sent. */
export function createS3Bucket(settings: BucketSettings): Bucket {
  const { endpointUrl, bucket, prefix } = settings;
  const client = openClient(settings);
  const place = (key: string) => ({ Bucket: bucket, Key: key });
  const small = () => ({ abortSignal: AbortSignal.timeout(smallMs) });
  const newObject = (key: string, { mediaType, sha256 }: BucketFile) => ({
    ...place(key),
    ContentType: mediaType,
    Metadata: { sha256 },
    ...encryptionOf(settings),
  });

  const putOnce = async (key: string, file: BucketFile, signal: AbortSignal) => {
    if (file.byteLength >= multipartFromBytes) {
      return putParts(client, { ...newObject(key, file), ChecksumAlgorithm: "SHA256" }, file, signal);
    }
    const Body = createReadStream(file.path);
    const command = new PutObjectCommand({
      ...newObject(key, file),
      Body,
      ContentLength: file.byteLength,
      ChecksumSHA256: Buffer.from(file.sha256, "hex").toString("base64"),
    });
    try {
      await client.send(command, { abortSignal: signal });
    } finally {
      Body.destroy();
    }
  };
  const look = (key: string) =>
    client.send(new HeadObjectCommand(place(key)), small()).then(
      ({ ContentLength, Metadata }) => ({ byteLength: ContentLength ?? 0, sha256: Metadata?.["sha256"] }),
      (thrown: unknown) => {
        if (statusOf(thrown) === 404) return undefined;
        throw bucketError(thrown);
      },
    );
  const list = async (start: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    try {
      for await (const page of paginateListObjectsV2(
        { client, stopOnSameToken: true },
        { Bucket: bucket, Prefix: start },
      )) {
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      }
    } catch (thrown) {
      throw bucketError(thrown, "download-failed");
    }
    return keys;
  };
  const removeObject = (key: string) =>
    client.send(new DeleteObjectCommand(place(key)), small()).catch((thrown: unknown) => {
      if (statusOf(thrown) !== 404) throw bucketError(thrown);
    });
  const removeUnfinished = (keyPrefix: string, isMeant: (key: string) => boolean) =>
    abortUnfinished(client, { bucket, keyPrefix, isMeant }, AbortSignal.timeout(smallMs)).catch((thrown: unknown) => {
      throw bucketError(thrown);
    });
  return {
    endpointUrl,
    name: bucket,
    prefix,
    list,
    byteLength: async (key) => (await look(key))?.byteLength,
    async put(key, file, signal) {
      let mayBeThere = false;
      for (let attempt = 1; ; attempt++) {
        try {
          await putOnce(key, file, signal);
          break;
        } catch (thrown) {
          signal.throwIfAborted();
          mayBeThere ||= !isFinal(thrown) && !reachedNobody(thrown);
          if (attempt >= attempts || isFinal(thrown) || thrown instanceof UnderstudyError) {
            const error = bucketError(thrown);
            throw mayBeThere ? error : new UploadRefused(error.code, error.message);
          }
          await sleep(firstPauseMs * 4 ** (attempt - 1), undefined, { signal });
        }
      }
      const kept = await look(key);
      signal.throwIfAborted();
      if (kept?.byteLength === file.byteLength && (kept.sha256 ?? file.sha256) === file.sha256) return;
      throw new UnderstudyError(
        "upload-failed",
        `Of ${file.byteLength} bytes that were uploaded, ${whatIsThere(kept)}.`,
      );
    },
    async open(key, range, signal) {
      const Range = range && `bytes=${range.start}-${range.end}`;
      const command = new GetObjectCommand({ ...place(key), Range });
      const answer = await client.send(command, signal && { abortSignal: signal }).catch((thrown: unknown) => {
        signal?.throwIfAborted();
        if (statusOf(thrown) === 404) throw artifactMissing();
        throw bucketError(thrown, "download-failed");
      });
      const { Body, ContentRange, ContentLength = 0, Metadata } = answer;
      const byteLength = ContentRange === undefined ? ContentLength : Number(ContentRange.split("/")[1]);
      const sha256 = Metadata?.["sha256"];
      return { stream: Body as Readable, byteLength, ...(sha256 !== undefined && { sha256 }) };
    },
    async remove(key) {
      await removeObject(key);
      await removeUnfinished(key, (other) => other === key);
    },
    async removeAll(start) {
      const keys = await list(start);
      const left = keys.values();
      const removeSome = async () => {
        for (const key of left) await removeObject(key);
      };
      await Promise.all(Array.from({ length: removedAtOnce }, removeSome));
      await removeUnfinished(start, () => true);
      return keys.length;
    },
    linkTo: (key, seconds, presentation) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          ...place(key),
          ...(presentation && {
            ResponseContentDisposition: contentDisposition(presentation),
            ResponseContentType: presentation.mediaType,
          }),
        }),
        { expiresIn: seconds },
      ),
  };
}

function openClient({ endpointUrl, region, accessKeyId, secretAccessKey }: BucketSettings): S3Client {
  // Which Node is old enough to go is not for whoever runs a worker to read at each start.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  return new S3Client({
    endpoint: endpointUrl,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: attempts,
    // Services beside AWS's do not all know the newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // What it would say is in the errors that it throws.
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
  });
}

function encryptionOf({ encryption }: BucketSettings) {
  if (encryption === undefined) return {};
  const { algorithm, kmsKeyId } = encryption;
  return { ServerSideEncryption: algorithm, ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }) };
}

function whatIsThere(kept: { readonly byteLength: number } | undefined): string {
  return kept === undefined ? "the object is not there" : `the object has ${kept.byteLength}, or is another`;
}

function silent(): void {}
