import type { Bucket, LinkPresentation } from "./bucket.js";
import type { ByteRange } from "./byte-range.js";

export type { LinkPresentation } from "./bucket.js";
export type { ByteRange } from "./byte-range.js";

/**
 * Where the service keeps files: uploads, inputs, what a render needs again after a crash, results. On this machine's disk or
 * in a bucket; one contract suite runs against every implementation. Keys are whole, `/`-separated, of letters, digits, `.`,
 * `_` and `-`. Nothing in it is public: whoever may see an object is given a link or a stream.
 */
export interface ArtifactStore extends Pick<Bucket, "endpointUrl" | "name" | "put" | "byteLength" | "remove"> {
  /**
   * Keeps a file: whole under its key, or not at all. The bytes are checked. The file may become a link to them, which
   * its owner can only read: it is replaced or removed, but never written to afterwards.
   * @throws UnderstudyError `upload-failed`, `disk-full`; the signal's reason after a cancel.
   */
  put: Bucket["put"];
  /**
   * Brings an object to this machine as a file, in the place of one that is there. It may be a link to the very bytes of the
   * store: it is read, replaced or removed, but never written to. The bytes are checked.
   * @throws UnderstudyError `artifact-missing`, `download-failed`; the signal's reason after a cancel.
   */
  fetch(key: string, path: string, expected: { readonly sha256?: string }, signal: AbortSignal): Promise<void>;
  /** Streams an object, or a part of it. @throws UnderstudyError `artifact-missing`. */
  open(key: string, range?: ByteRange): Promise<NodeJS.ReadableStream>;
  /** Removes everything whose key begins with `prefix`, which ends in `/`. @returns how many objects went. */
  removeAll(prefix: string): Promise<number>;
  /** Keys that begin with `prefix`, in order. */
  list(prefix: string): Promise<readonly string[]>;
  /** An address of the service itself that holds for so long; undefined: the bytes come through us (`open`). */
  linkTo(key: string, seconds: number, presentation: LinkPresentation): Promise<string | undefined>;
}
