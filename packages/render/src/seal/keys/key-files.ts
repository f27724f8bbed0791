/** The files of a key folder as text. Holds private keys: never logged, never part of an error. */
export interface KeyFiles {
  /** PEM, leaf first, then its issuers without the root. */
  readonly certificateChainPem: string;
  /** PKCS #8 PEM of a P-256 key. */
  readonly privateKeyPem: string;
  /** The authority that issued the leaf, when it was made here; absent for a bought certificate. */
  readonly authority?: { readonly certificatePem: string; readonly privateKeyPem: string };
}

/** Splits text that holds certificates one after the other; other text between them is passed over. */
export function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
