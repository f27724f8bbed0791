import { UnderstudyError } from "@understudy/render";

/** An `upload-failed` after which the bucket has nothing of the file: each attempt was refused, or reached nobody. */
export class UploadRefused extends UnderstudyError {}

/** A file on its way into a bucket. */
export interface BucketFile {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly mediaType: string;
}

/** One bucket of an S3 service; `s3-bucket.ts` speaks to a real one. Keys are whole, the prefix included. */
export interface Bucket {
  /** Origin of the service. */
  readonly endpointUrl: string;
  readonly name: string;
  /** Begins every key of ours: empty, or folders that end in `/`. */
  readonly prefix: string;
  /** Uploads a file with its SHA-256, and compares its size afterwards. @throws UnderstudyError `upload-failed`, `UploadRefused`. */
  put(key: string, file: BucketFile, signal: AbortSignal): Promise<void>;
  /** Undefined: there is no such object. @throws UnderstudyError `upload-failed`. */
  byteLength(key: string): Promise<number | undefined>;
  /** No error when there is no such object. @throws UnderstudyError `upload-failed`. */
  remove(key: string): Promise<void>;
  /** An address that anybody may read the object at for so long. */
  linkTo(key: string, seconds: number): Promise<string>;
}
