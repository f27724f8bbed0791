/** The keys of a key folder as text. Holds private keys: never logged, never part of an error. */
export interface KeyFiles {
  /** PEM, leaf first, then its issuers without the root. */
  readonly certificateChainPem: string;
  /** PKCS #8 PEM of a P-256 key. */
  readonly privateKeyPem: string;
  /** The authority that issued the leaf, when it was made here; absent for a bought certificate. */
  readonly authority?: { readonly certificatePem: string; readonly privateKeyPem: string };
}

/** All of them in one text, so that one file holds them and is replaced at once. */
export function joinKeys({ privateKeyPem, certificateChainPem, authority }: KeyFiles): string {
  const parts = [privateKeyPem, certificateChainPem, authority?.privateKeyPem, authority?.certificatePem];
  return parts.map((part) => (part === undefined ? "" : `${part.trim()}\n`)).join("");
}

/** Takes `joinKeys()` apart again. What is missing is empty; nothing is checked. */
export function splitKeys(text: string): KeyFiles {
  const [privateKeyPem = "", authorityKeyPem] = splitPem(text, "PRIVATE KEY");
  const certificates = splitPem(text);
  const authority = authorityKeyPem !== undefined && {
    authority: { privateKeyPem: authorityKeyPem, certificatePem: certificates.pop() ?? "" },
  };
  return { privateKeyPem, certificateChainPem: certificates.join("\n"), ...authority };
}

/** The certificate (PEM) by which what these keys sign is known as ours: the authority made here, else the leaf. */
export function anchorOf({ certificateChainPem, authority }: KeyFiles): string {
  return authority?.certificatePem ?? splitPem(certificateChainPem)[0] ?? "";
}

/** Splits text that holds certificates, or something else in PEM, one after the other; other text between is passed over. */
export function splitPem(text: string, label: "CERTIFICATE" | "PRIVATE KEY" = "CERTIFICATE"): string[] {
  return text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, "g")) ?? [];
}
