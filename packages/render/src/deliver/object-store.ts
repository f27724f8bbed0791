import type { Artifact } from "#model/manifest.js";

/** A whole file on this machine on its way into a store; `key` is relative, `/`-separated, without `..`. */
export interface StoreInput extends Artifact {
  /** Local file that holds the bytes; it is linked or copied, never changed. */
  readonly path: string;
}

/**
 * Where artifacts go. Four members on purpose; one contract suite runs against every implementation.
 * Writing is all or nothing: a reader never sees half an object, nor half of what belongs together.
 */
export interface ObjectStore {
  /**
   * Adds objects that belong together: all of them become visible, or none and everything stays as it was.
   * @throws UnderstudyError `output-exists`, `disk-full`, `output-write-failed`; the signal's reason after a cancel.
   */
  put(inputs: readonly StoreInput[], signal: AbortSignal): Promise<void>;
  /** Byte length of an object; undefined when there is none. */
  byteLength(key: string): Promise<number | undefined>;
  /** Streams an object's bytes. @throws UnderstudyError `file-missing`. */
  open(key: string): Promise<NodeJS.ReadableStream>;
  /** Removes an object; no error when there is none. */
  remove(key: string): Promise<void>;
}
