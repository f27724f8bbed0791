import type { ResultFile } from "#renders/service-render.js";
import type { Sql } from "#postgres/database.js";

/** What a link leads to. */
export interface LinkedFile {
  readonly renderId: string;
  readonly artifactKey: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly byteLength: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Addresses of results, of our own: `/r/SECRET/NAME`. Stable for as long as the file is kept, revocable, and with 128 random bits
 * that nobody can guess. Where the file lies in a bucket, a click is led to a fresh signed address.
 */
export interface ResultLinks {
  /** The same file of a render has the same address whenever it is asked for, also after a crash. */
  make(renderId: string, files: readonly Omit<ResultFile, "path">[]): Promise<readonly ResultFile[]>;
  /** Undefined for a secret that is unknown or revoked. */
  find(secret: string): Promise<LinkedFile | undefined>;
  /** @returns how many links no longer lead anywhere. */
  revoke(sql: Sql, renderId: string): Promise<number>;
}
