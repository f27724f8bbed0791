/** A piece that counts. */
export interface UploadPiece {
  readonly startByte: number;
  readonly byteLength: number;
  /** Lower-case hex. */
  readonly sha256: string;
}
