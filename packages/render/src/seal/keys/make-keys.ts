import { randomBytes } from "node:crypto";
import { certificateUses } from "./certificate-uses.js";
import type { KeyFiles } from "./key-files.js";

/** Who the certificates say they are from; a viewer shows it as the signer. */
export const selfIssuedName = "Understudy self-issued";

/** Without a timestamp a file is valid only as long as its certificate, so the certificate outlives most videos. */
const leafYears = 10;
const authorityYears = 20;

/** Clocks differ: a certificate made this moment must hold for a reader whose clock is an hour behind. */
const clockSkewMilliseconds = 3_600_000;

/**
 * Makes an authority and a leaf certificate of this installation's own (P-256). A self-signed leaf alone would not do:
 * C2PA readers refuse it even when it is on their trust list.
 * @param options `commonName`: subject of the leaf; default `Understudy self-issued`, which names nobody.
 */
export async function makeKeys(options: { readonly now: Date; readonly commonName?: string }): Promise<KeyFiles> {
  const { now, commonName = selfIssuedName } = options;
  // The certificate library takes 40 ms to load, which whoever needs no keys need not wait for.
  const { issueCertificate, keyUsages, newKeyPair, privateKeyPem } = await import("./issue-certificate.js");
  const from = new Date(now.getTime() - clockSkewMilliseconds);
  const authority = {
    // Two authorities of one name would be taken for each other.
    name: { organisation: selfIssuedName, commonName: `${selfIssuedName} authority ${randomBytes(4).toString("hex")}` },
    keys: await newKeyPair(),
  };
  const leafKeys = await newKeyPair();
  const authorityCertificate = await issueCertificate({
    subject: authority.name,
    keys: authority.keys,
    issuer: authority,
    from,
    to: yearsAfter(now, authorityYears),
    isAuthority: true,
    keyUsage: keyUsages.keyCertSign + keyUsages.crlSign,
    extendedKeyUsage: [],
  });
  const leaf = await issueCertificate({
    subject: { organisation: selfIssuedName, commonName },
    keys: leafKeys,
    issuer: authority,
    from,
    to: yearsAfter(now, leafYears),
    isAuthority: false,
    keyUsage: keyUsages.digitalSignature,
    extendedKeyUsage: [certificateUses.emailProtection],
  });
  return {
    certificateChainPem: leaf,
    privateKeyPem: await privateKeyPem(leafKeys),
    authority: { certificatePem: authorityCertificate, privateKeyPem: await privateKeyPem(authority.keys) },
  };
}

function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}
