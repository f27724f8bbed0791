/** What the audit log keeps: ids, hashes and counts, never a name, a path or a picture. */
export type AuditEvent =
  | {
      readonly kind: "consent-recorded";
      readonly consentId: string;
      readonly method: string;
      readonly recordSha256: string;
    }
  | { readonly kind: "consent-revoked"; readonly consentId: string }
  | { readonly kind: "challenge-issued"; readonly challengeId: string }
  | { readonly kind: "render-started"; readonly renderId: string; readonly consentId: string }
  /**
   * Who is shown that the video was made with AI, and how. When the label was delegated `reasonSha256` is the hash of the
   * reason, whose text may name somebody and stands in the render's record.
   */
  | {
      readonly kind: "label-decided";
      readonly renderId: string;
      readonly label: string;
      readonly reasonSha256?: string;
    }
  | { readonly kind: "key-used"; readonly renderId: string; readonly certificateSha256: string }
  | { readonly kind: "render-finished"; readonly renderId: string; readonly videoSha256: string }
  | { readonly kind: "render-failed"; readonly renderId: string; readonly code: string }
  | { readonly kind: "render-interrupted"; readonly renderId: string }
  | { readonly kind: "keys-made" | "keys-imported"; readonly certificateSha256: string }
  | { readonly kind: "erased"; readonly subjectId: string; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: "retention-applied"; readonly counts: Readonly<Record<string, number>> }
  /** The line before has no end: the machine stopped while it was written, and its event never counted. */
  | { readonly kind: "torn-line"; readonly byteLength: number; readonly sha256: string };

/** One line of the log. */
export interface AuditLine {
  /** 1 for the first line. */
  readonly number: number;
  readonly at: string;
  readonly event: AuditEvent;
  /** Hash of the line before; 64 zeros for the first. */
  readonly previousSha256: string;
  /** SHA-256 over the canonical JSON of all other members. */
  readonly sha256: string;
}

/** Whether the log is as it was written. */
export type AuditVerdict =
  | {
      readonly whole: true;
      readonly lines: number;
      /** 64 zeros for an empty log. */
      readonly lastSha256: string;
      /** Bytes of a last line without an end: its event never counted, and the next `append` accounts for it. */
      readonly tornBytes?: number;
      /** What is no fault and worth a look, in words. */
      readonly warnings: readonly string[];
    }
  /** `line` is the number (counted in the file, from 1) of the first line that does not fit. */
  | { readonly whole: false; readonly lines: number; readonly line: number; readonly problem: string };

/** An append-only log in which every line carries the hash of the one before. */
export interface AuditLog {
  /** Appends in order, also beside other processes; on disk when it resolves. */
  append(event: AuditEvent, now: Date): Promise<void>;
  /** All lines that can be read, oldest first, unchecked. */
  list(): Promise<AuditLine[]>;
  /** Checks every line; needs no right to write. */
  verify(): Promise<AuditVerdict>;
}
