import type { Bucket } from "./bucket.js";

/** A part of an object: from `start` to `end`, both included, as HTTP counts. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** How a link to an object presents it. */
export interface LinkPresentation {
  readonly fileName: string;
  readonly mediaType: string;
  /** Whether a browser saves it instead of showing it. */
  readonly isDownload: boolean;
}

/**
 * Where the service keeps files: uploads, inputs, what a render needs again after a crash, results. On this machine's disk or
 * in a bucket; one contract suite runs against every implementation. Keys are whole, `/`-separated, of letters, digits, `.`,
 * `_` and `-`. Nothing in it is public: whoever may see an object is given a link or a stream.
 */
export interface ArtifactStore extends Pick<Bucket, "endpointUrl" | "name" | "put" | "byteLength" | "remove"> {
  /**
   * Brings an object to this machine as a file; it is linked where it can be. The bytes are checked.
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
