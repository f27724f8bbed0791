import type { Artifact } from "#model/manifest.js";

/** A file on this machine on its way into a store. */
export interface StoreInput {
  /** Name inside the store: relative, `/`-separated, no `..`. */
  readonly key: string;
  /** Local file that holds the bytes; it is moved or copied, never changed. */
  readonly path: string;
  /** IANA media type, such as `video/mp4`. */
  readonly mediaType: string;
}

/**
 * Where artifacts go. Four members on purpose; one contract suite runs against every implementation.
 * Writing is all or nothing: a reader never sees half an object.
 */
export interface ObjectStore {
  /** @throws UnderstudyError `disk-full`, `output-write-failed`; nothing is kept then. */
  put(input: StoreInput, signal: AbortSignal): Promise<Artifact>;
  /** Byte length of an object; undefined when there is none. */
  byteLength(key: string): Promise<number | undefined>;
  /** Streams an object's bytes. @throws UnderstudyError `file-missing`. */
  open(key: string): Promise<NodeJS.ReadableStream>;
  /** Removes an object; no error when there is none. */
  remove(key: string): Promise<void>;
}
