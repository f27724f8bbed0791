import "node:tls"; // Node 20: a certificate that is read before TLS is loaded breaks every later https call of the process.
import type { X509Certificate } from "node:crypto";
import type { SignerFacts } from "#model/provenance.js";

/** Facts of a signing certificate. */
export function signerOf(certificate: X509Certificate): SignerFacts {
  const { subject, issuer } = certificate.toLegacyObject() as unknown as Record<"subject" | "issuer", Name>;
  return {
    name: first(subject.CN) ?? first(subject.O) ?? "unnamed",
    issuer: first(issuer.O) ?? first(issuer.CN) ?? "unnamed",
    expiresAt: new Date(certificate.validTo).toISOString(),
    certificateSha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/** A certificate may name several; Node then gives a list. */
type Name = { readonly CN?: string | string[]; readonly O?: string | string[] };

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
