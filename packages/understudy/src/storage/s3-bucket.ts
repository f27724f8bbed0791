import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { UnderstudyError } from "@understudy/render";
import { UploadRefused, type Bucket, type BucketFile } from "./bucket.js";
import type { BucketSettings } from "./bucket-settings.js";

/** Uploads of one file in all; the SDK itself sends a stream only once. */
const attempts = 3;

/** Before the second upload; the pause before the third is four times as long. */
const firstPauseMs = 250;

/** Longest time of a question without a body, its repetitions included. */
const smallMs = 20_000;

/** Speaks to a real bucket. Objects belong to the bucket's owner: no access list is ever sent. */
export function createS3Bucket(settings: BucketSettings): Bucket {
  const { endpointUrl, bucket, prefix, region, accessKeyId, secretAccessKey } = settings;
  // Which Node is old enough to go is not for whoever runs a worker to read at each start.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const client = new S3Client({
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
  const place = (key: string) => ({ Bucket: bucket, Key: key });

  const put = async (key: string, { path, sha256, byteLength, mediaType }: BucketFile, signal: AbortSignal) => {
    const Body = createReadStream(path);
    const command = new PutObjectCommand({
      ...place(key),
      Body,
      ContentLength: byteLength,
      ContentType: mediaType,
      ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
    });
    try {
      await client.send(command, { abortSignal: signal });
    } finally {
      Body.destroy();
    }
  };
  const byteLength = (key: string) =>
    client.send(new HeadObjectCommand(place(key)), { abortSignal: AbortSignal.timeout(smallMs) }).then(
      ({ ContentLength }) => ContentLength ?? 0,
      (thrown: unknown) => {
        if (statusOf(thrown) === 404) return undefined;
        throw bucketError(thrown);
      },
    );
  return {
    endpointUrl,
    name: bucket,
    prefix,
    byteLength,
    async put(key, file, signal) {
      let mayBeThere = false;
      for (let attempt = 1; ; attempt++) {
        try {
          await put(key, file, signal);
          break;
        } catch (thrown) {
          signal.throwIfAborted();
          mayBeThere ||= !isFinal(thrown) && !reachedNobody(thrown);
          if (attempt >= attempts || isFinal(thrown)) {
            const error = bucketError(thrown);
            throw mayBeThere ? error : new UploadRefused(error.code, error.message);
          }
          await sleep(firstPauseMs * 4 ** (attempt - 1), undefined, { signal });
        }
      }
      const kept = await byteLength(key);
      signal.throwIfAborted();
      if (kept === file.byteLength) return;
      const found = kept === undefined ? "is not there" : `has ${kept}`;
      throw new UnderstudyError(
        "upload-failed",
        `Of ${file.byteLength} bytes that were uploaded, the object ${found}.`,
      );
    },
    async remove(key) {
      const command = new DeleteObjectCommand(place(key));
      await client.send(command, { abortSignal: AbortSignal.timeout(smallMs) }).catch((thrown: unknown) => {
        if (statusOf(thrown) !== 404) throw bucketError(thrown);
      });
    },
    linkTo: (key, seconds) => getSignedUrl(client, new GetObjectCommand(place(key)), { expiresIn: seconds }),
  };
}

function statusOf(thrown: unknown): number | undefined {
  return (thrown as Partial<S3ServiceException> | undefined)?.$metadata?.httpStatusCode;
}

/** A refusal is the same the next time. */
function isFinal(thrown: unknown): boolean {
  const status = statusOf(thrown);
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function reachedNobody(thrown: unknown): boolean {
  const { code } = (thrown ?? {}) as { readonly code?: string };
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(code ?? "");
}

/** The service's own message may quote the key id and the address; its name and status say enough. */
function bucketError(thrown: unknown): UnderstudyError {
  const status = statusOf(thrown);
  const { name, code } = (thrown ?? {}) as { readonly name?: string; readonly code?: string };
  const reason = [code ?? name ?? "unknown", ...(status === undefined ? [] : [`status ${status}`])].join(", ");
  return new UnderstudyError("upload-failed", `The bucket refused or did not answer (${reason}).`);
}

function silent(): void {}
