import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { UnderstudyError } from "#model/errors.js";
import { signerOf } from "#seal/signer.js";
import type { SealCredentials } from "#seal/provenance.js";
import { certificateUses } from "./certificate-uses.js";
import { splitPem, type KeyFiles } from "./key-files.js";

/**
 * Makes credentials of key files, after every check that a C2PA reader would fail them for later. Errors carry no cause:
 * a parser's message may quote what it read.
 * @throws UnderstudyError `keys-unusable` for what cannot be parsed, `certificate-unusable` for what may not sign.
 */
export async function credentialsOf(keys: KeyFiles, now: Date): Promise<SealCredentials> {
  const privateKey = parsePrivateKey(keys.privateKeyPem);
  const certificates = parseCertificates(keys.certificateChainPem);
  const [leaf] = certificates;
  if (leaf === undefined) throw new UnderstudyError("keys-unusable", "The key file holds no certificate.");
  const problem = await problemOf(leaf, privateKey, now);
  if (problem !== undefined) throw new UnderstudyError("certificate-unusable", `The certificate ${problem}.`);
  return {
    certificateChain: certificates.map(({ raw }) => raw),
    privateKey,
    signer: signerOf(leaf),
    isSelfIssued: keys.authority !== undefined,
  };
}

/** @throws UnderstudyError `keys-unusable`. */
export function parsePrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new UnderstudyError("keys-unusable", "The private key cannot be read: it is damaged, encrypted, or no PEM.");
  }
}

/** @throws UnderstudyError `keys-unusable`. */
export function parseCertificates(text: string): X509Certificate[] {
  try {
    return splitPem(text).map((pem) => new X509Certificate(pem));
  } catch {
    throw new UnderstudyError("keys-unusable", "A certificate cannot be read: it is damaged, or no PEM.");
  }
}

/** Why a certificate and its key may not sign, as the end of "The certificate ..."; undefined when they may. */
async function problemOf(leaf: X509Certificate, privateKey: KeyObject, now: Date): Promise<string | undefined> {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type !== "ec" || details?.namedCurve !== "prime256v1") {
    return `has a key of the kind ${details?.namedCurve ?? type}; only P-256 (ES256) is used here`;
  }
  if (!leaf.checkPrivateKey(privateKey)) return "does not fit the private key";
  if (new Date(leaf.validFrom) > now) return `is valid from ${day(leaf.validFrom)} only`;
  if (new Date(leaf.validTo) <= now) return `expired on ${day(leaf.validTo)}`;
  if (leaf.verify(leaf.publicKey)) return "is signed by itself; C2PA wants one that an authority issued";
  // The certificate library takes 40 ms to load, which a command without keys need not wait for.
  const { extensionsOf } = await import("./certificate-extensions.js");
  const { isAuthority, maySignData } = extensionsOf(leaf);
  if (isAuthority) return "is that of an authority; a leaf is needed";
  if (!maySignData) return "lacks the key usage digitalSignature";
  const uses: readonly string[] = leaf.keyUsage ?? [];
  const allowed: readonly string[] = Object.values(certificateUses);
  if (!uses.some((use) => allowed.includes(use))) {
    return "lacks the extended key usage emailProtection, documentSigning or C2PA claim signing";
  }
  return undefined;
}

function day(text: string): string {
  return new Date(text).toISOString().slice(0, 10);
}
