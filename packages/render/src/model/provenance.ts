/** What was done to the source, in the order it was done; `seal/` spells it in C2PA's words. */
export type ProvenanceAction =
  | { readonly kind: "opened" }
  /** Frames of `[startSeconds, endSeconds)` of the finished video show a face that a model drew. */
  | { readonly kind: "face-replaced"; readonly startSeconds: number; readonly endSeconds: number }
  | { readonly kind: "voice-synthesised"; readonly startSeconds: number; readonly endSeconds: number }
  | { readonly kind: "transcoded" }
  | { readonly kind: "watermarked"; readonly watermark: SoftBinding };

/** A mark inside the content that leads back to its credentials when they were stripped. */
export interface SoftBinding {
  /** `org.understudy.watermark.v1`. */
  readonly algorithm: string;
  /** Lower-case hex. */
  readonly value: string;
}

/** Who signed a set of credentials. */
export interface SignerFacts {
  readonly name: string;
  readonly issuer: string;
  readonly expiresAt: string;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly certificateSha256: string;
}

/** What validly signed credentials say of a file. */
export interface ProvenanceClaim {
  /** The active manifest's label, such as `urn:c2pa:...`. */
  readonly label: string;
  /** Name and version of the software that made the claim. */
  readonly generator: string;
  /** RFC 3339 time of a trusted timestamp; absent without one. */
  readonly signedAt?: string;
  readonly actions: readonly {
    /** C2PA's name, such as `c2pa.edited`. */
    readonly action: string;
    /** Last part of the IPTC term, such as `compositeWithTrainedAlgorithmicMedia`. */
    readonly digitalSourceType?: string;
    readonly startSeconds?: number;
    readonly endSeconds?: number;
  }[];
  readonly softBindings: readonly SoftBinding[];
  /** Ours only: the render that made the file. */
  readonly renderId?: string;
  /** Ours only. */
  readonly consentId?: string;
  /** Ours only: of the other people whose faces were put in; absent when there are none. */
  readonly furtherConsentIds?: readonly string[];
  /** How many manifests of earlier versions of the content lie in the store. */
  readonly earlierManifests: number;
}

/** How far the signer is known: made here, on a trust list that the reader gave, or neither. */
export type SignerTrust = "ours" | "trusted" | "unknown";

/** What the Content Credentials of a file are worth. */
export type ProvenanceFacts =
  /** The file carries none. */
  | { readonly state: "absent" }
  /** The file only names credentials somewhere on the network; they were not fetched. */
  | { readonly state: "remote" }
  /** Signed, and every byte the credentials speak of is as it was signed. */
  | {
      readonly state: "valid";
      readonly trust: SignerTrust;
      readonly signer: SignerFacts;
      readonly claim: ProvenanceClaim;
    }
  /** The signature may stand, but the content is not what was signed. */
  | { readonly state: "altered"; readonly problems: readonly string[] }
  /** The credentials themselves are broken: damaged, expired, or signed with a certificate that may not sign. */
  | { readonly state: "invalid"; readonly problems: readonly string[] };
