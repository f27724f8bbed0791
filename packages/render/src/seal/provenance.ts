import type { KeyObject } from "node:crypto";
import type { Consent } from "#model/consent.js";
import type { ProvenanceAction, ProvenanceFacts, SignerFacts } from "#model/provenance.js";

/** What credentials are signed with. Made by `makeKeys()` or read by `readKeys()`; never serialised. */
export interface SealCredentials {
  /** DER, leaf first, then its issuers; without the root of a bought certificate. */
  readonly certificateChain: readonly Uint8Array[];
  /** P-256. */
  readonly privateKey: KeyObject;
  readonly signer: SignerFacts;
  /** True for a certificate that this installation made for itself. */
  readonly isSelfIssued: boolean;
  /** Where an RFC 3161 timestamp is fetched; absent by default, then nothing leaves this machine. */
  readonly timestampUrl?: string;
}

/** Media types that can be sealed. */
export type SealableType = "video/mp4" | "audio/mp4" | "audio/wav" | "audio/mpeg" | "image/png" | "image/jpeg";

/** What credentials say of a person's permission. */
export interface SealedConsent {
  readonly id: string;
  readonly method: Consent["method"];
  /** `consentCommitment()`. */
  readonly commitment: string;
}

/** What is sealed, and what the credentials say. No name, no photo and no embedding is among it. */
export interface SealOrder {
  readonly path: string;
  /** The sealed copy; written whole, never the input itself. */
  readonly outputPath: string;
  /** Where credentials go that cannot lie inside, see `maxEmbeddedBytes`; then `outputPath` is not written. */
  readonly sidecarPath: string;
  readonly mediaType: SealableType;
  /** The source that was changed, as ingredient `parentOf`; its own manifests stay in the store. */
  readonly source?: { readonly path: string };
  readonly actions: readonly ProvenanceAction[];
  readonly renderId: string;
  readonly consent: SealedConsent;
  /** Those of further people in the film; default none. */
  readonly furtherConsents?: readonly SealedConsent[];
  /** Name and version, such as `understudy 0.1.0`. */
  readonly software: string;
}

/** A sealed file. */
export interface SealedFile {
  /** Whether the credentials lie inside `outputPath`; else they lie at `sidecarPath` and the input is untouched. */
  readonly embedded: boolean;
  readonly addedBytes: number;
  /** As read back after signing: always `valid`. */
  readonly facts: Extract<ProvenanceFacts, { state: "valid" }>;
}

/** How a file is read. */
export interface ReadOrder {
  readonly path: string;
  /** Credentials that lie beside the file; read when there is such a file and the media carries none. */
  readonly sidecarPath?: string;
  /** Certificates (PEM, several in a row) of signers to call `ours`. */
  readonly ownAnchorsPem: string;
  /** Certificates (PEM) of signers to call `trusted`. */
  readonly trustAnchorsPem: string;
}

/**
 * Content Credentials, behind one seam: the C2PA library works in a thread of its own, one file at a time, and nothing
 * is ever fetched for a file that is read.
 */
export interface Provenance {
  /** Lets the thread load before its work is known. */
  warm(): void;
  /**
   * Seals one file and reads it back.
   * @throws UnderstudyError `seal-failed` when what was read back is not what was signed, `timestamp-failed`; the
   * signal's reason after a cancel.
   */
  seal(order: SealOrder, credentials: SealCredentials, signal: AbortSignal): Promise<SealedFile>;
  /**
   * Reads any file's credentials; a file that can carry none has none.
   * @throws UnderstudyError `file-missing`, `unreadable-media` for a folder, an empty or a damaged file, `input-too-large`,
   * `bad-config` for anchors that cannot be read; the signal's reason after a cancel.
   */
  read(order: ReadOrder, signal: AbortSignal): Promise<ProvenanceFacts>;
  /** Ends the thread; safe to call twice. */
  close(): Promise<void>;
}
