import type { Readable } from "node:stream";
import { UnderstudyError } from "@understudy/render";
import type { ByteRange } from "./byte-range.js";

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

/** How a link to an object presents it. */
export interface LinkPresentation {
  readonly fileName: string;
  readonly mediaType: string;
  /** Whether a browser saves it instead of showing it. */
  readonly isDownload: boolean;
}

/** An object, or a part of it, on its way to us. */
export interface ObjectRead {
  readonly stream: Readable;
  /** Of the whole object. */
  readonly byteLength: number;
  /** Of the whole object, as it was noted at its upload; lower-case hex. */
  readonly sha256?: string;
}

/** One bucket of an S3 service; `s3-bucket.ts` speaks to a real one. Keys are whole, the prefix included. */
export interface Bucket {
  /** Origin of the service. */
  readonly endpointUrl: string;
  readonly name: string;
  /** Begins every key of ours: empty, or folders that end in `/`. */
  readonly prefix: string;
  /**
   * Uploads a file with its SHA-256, and compares its size afterwards. A large file whose upload broke off goes on where it
   * was when it is put again.
   * @throws UnderstudyError `upload-failed`, `UploadRefused`.
   */
  put(key: string, file: BucketFile, signal: AbortSignal): Promise<void>;
  /** Undefined: there is no such object. @throws UnderstudyError `upload-failed`. */
  byteLength(key: string): Promise<number | undefined>;
  /**
   * Reads an object from its service; the stream fails when the connection does.
   * @throws UnderstudyError `artifact-missing`, `download-failed`.
   */
  open(key: string, range: ByteRange | undefined, signal?: AbortSignal): Promise<ObjectRead>;
  /** Keys that begin with `prefix`, in order. @throws UnderstudyError `download-failed`. */
  list(prefix: string): Promise<readonly string[]>;
  /** Also what an unfinished upload left. No error when there is no such object. @throws UnderstudyError `upload-failed`. */
  remove(key: string): Promise<void>;
  /** The same for every key that begins with `prefix`. @returns how many objects went. @throws UnderstudyError `upload-failed`. */
  removeAll(prefix: string): Promise<number>;
  /** An address that anybody may read the object at for so long. */
  linkTo(key: string, seconds: number, presentation?: LinkPresentation): Promise<string>;
}
