/** A file that a caller sends, in one piece or in many. */
export interface Upload {
  /** `upload_` and 16 hex digits. */
  readonly id: string;
  readonly ownerId: string;
  /** `whole`: all bytes are there. `broken`: they were not what was announced. */
  readonly state: "open" | "whole" | "broken";
  readonly byteLength: number;
  /** Where the next piece begins. */
  readonly receivedBytes: number;
  /** What the bytes are, once they are whole. */
  readonly mediaType?: string;
  /** Lower-case hex; what was announced while it is open, what they are once they are whole. */
  readonly sha256?: string;
  readonly fileName?: string;
  readonly createdAt: Date;
  /** When it is removed. */
  readonly expiresAt: Date;
}

/** What is announced of an upload. */
export interface NewUpload {
  readonly byteLength: number;
  readonly sha256?: string;
  readonly fileName?: string;
}

/** Uploads of the service. The pieces lie in the artifact store, so any process takes the next one. */
export interface UploadList {
  /** @throws UnderstudyError `input-too-large`. */
  create(ownerId: string, wish: NewUpload): Promise<Upload>;
  get(ownerId: string, id: string): Promise<Upload | undefined>;
  list(ownerId: string, limit: number): Promise<readonly Upload[]>;
  /**
   * Adds a piece. What arrived of a piece whose sender went away counts. The last one makes the upload whole, when length, hash
   * and media type are right.
   * @throws UnderstudyError `upload-conflict` when it does not begin at `receivedBytes` or is too long; `upload-broken`.
   */
  append(upload: Upload, offset: number, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Upload>;
  remove(ownerId: string, id: string): Promise<boolean>;
  /** Where its bytes lie once they are whole. */
  artifactKey(upload: Upload): string;
}
