import type { X509Certificate } from "node:crypto";
import type { BitString } from "asn1js";
import { Certificate, type BasicConstraints } from "pkijs";
import { keyUsages } from "./issue-certificate.js";

/** What a certificate's extensions allow (RFC 5280, sections 4.2.1.9 and 4.2.1.3); Node tells it of sound ones only. */
export interface CertificateExtensions {
  readonly isAuthority: boolean;
  readonly maySignData: boolean;
}

/** Reads the extensions. */
export function extensionsOf({ raw }: X509Certificate): CertificateExtensions {
  const { extensions = [] } = Certificate.fromBER(new Uint8Array(raw));
  const valueOf = (id: string): unknown => extensions.find(({ extnID }) => extnID === id)?.parsedValue;
  const constraints = valueOf("2.5.29.19") as BasicConstraints | undefined;
  const usage = valueOf("2.5.29.15") as BitString | undefined;
  return {
    isAuthority: constraints?.cA ?? false,
    maySignData: ((usage?.valueBlock.valueHexView[0] ?? 0) & keyUsages.digitalSignature) !== 0,
  };
}
