import type { X509Certificate } from "node:crypto";
import { UnderstudyError } from "#model/errors.js";
import { credentialsOf, parseCertificates, parsePrivateKey } from "./credentials.js";
import type { KeyFiles } from "./key-files.js";

/** A bought certificate, as its seller hands it over. */
export interface BoughtKeys {
  /** The certificate and its issuers, in any order; the root may be among them. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly now: Date;
}

/**
 * Brings a bought certificate into the form that is kept: leaf first, each followed by its issuer, without the root.
 * @throws UnderstudyError `keys-unusable`, `certificate-unusable`.
 */
export async function importKeys({ certificatePem, privateKeyPem, now }: BoughtKeys): Promise<KeyFiles> {
  const privateKey = parsePrivateKey(privateKeyPem);
  const certificates = parseCertificates(certificatePem);
  if (certificates.length === 0) {
    throw new UnderstudyError("keys-unusable", "The certificate file holds no certificate.");
  }
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(privateKey));
  if (leaf === undefined) {
    throw new UnderstudyError("certificate-unusable", "No certificate in the file fits the private key.");
  }
  const keys = {
    certificateChainPem: chainFrom(leaf, certificates).map(String).join(""),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  await credentialsOf(keys, now);
  return keys;
}

function chainFrom(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf];
  let last = leaf;
  for (;;) {
    const issuer = certificates.find((each) => !chain.includes(each) && last.checkIssued(each));
    if (issuer === undefined || issuer.checkIssued(issuer)) return chain;
    chain.push(issuer);
    last = issuer;
  }
}
