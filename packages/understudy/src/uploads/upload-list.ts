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

/** A digest that a sender gives with a piece, so that a damaged one does not count. */
export interface PieceChecksum {
  readonly algorithm: "sha1" | "sha256";
  readonly digest: Buffer;
}

/** Uploads of the service. The pieces lie in the artifact store, so any process takes the next one. */
export interface UploadList {
  /** @throws UnderstudyError `input-too-large`, `bad-request`; `rate-limited` when too many of this owner are open. */
  create(ownerId: string, wish: NewUpload): Promise<Upload>;
  get(ownerId: string, id: string): Promise<Upload | undefined>;
  list(ownerId: string, limit: number): Promise<readonly Upload[]>;
  /**
   * Adds a piece. What arrived of a piece whose sender went away counts. The last one makes the upload whole, when length, hash
   * and media type are right. With a checksum all of the piece counts, or nothing.
   * @throws UnderstudyError `upload-conflict` when it does not begin at `receivedBytes`, is too long, or another sender was
   * quicker; `upload-broken` (for a checksum too, after which the upload is as it was); what the body threw.
   */
  append(
    upload: Upload,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    checksum?: PieceChecksum,
  ): Promise<Upload>;
  remove(ownerId: string, id: string): Promise<boolean>;
  /** Where its bytes lie once they are whole. */
  artifactKey(upload: Upload): string;
}
