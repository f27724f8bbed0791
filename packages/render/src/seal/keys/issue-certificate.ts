import { webcrypto } from "node:crypto";
import {
  BitString,
  Integer,
  ObjectIdentifier,
  OctetString,
  PrintableString,
  Sequence,
  Set as AsnSet,
  Utf8String,
} from "asn1js";
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtKeyUsage,
  Extension,
  RelativeDistinguishedNames,
  Time,
} from "pkijs";

/** Bits of the key usage (RFC 5280, section 4.2.1.3), in one byte. */
export const keyUsages = { digitalSignature: 0x80, keyCertSign: 0x04, crlSign: 0x02 } as const;

/** A P-256 key pair that can be exported. */
export type KeyPair = webcrypto.CryptoKeyPair;

/** A certificate to be issued (RFC 5280, version 3). */
export interface CertificateRequest {
  readonly subject: CertificateName;
  readonly keys: KeyPair;
  /** Who signs it; the subject itself for an authority of its own. */
  readonly issuer: { readonly name: CertificateName; readonly keys: KeyPair };
  readonly from: Date;
  readonly to: Date;
  readonly isAuthority: boolean;
  /** Sum of `keyUsages`; 0 leaves the extension out. */
  readonly keyUsage: number;
  /** Object identifiers; empty leaves the extension out. */
  readonly extendedKeyUsage: readonly string[];
}

/** Who a certificate is about, or from. */
export interface CertificateName {
  readonly organisation: string;
  readonly commonName: string;
}

/** Makes a key pair. */
export function newKeyPair(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
}

/** Issues a certificate, signed with ECDSA and SHA-256; PEM. */
export async function issueCertificate(request: CertificateRequest): Promise<string> {
  const { subject, keys, issuer, from, to, isAuthority, keyUsage, extendedKeyUsage } = request;
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: randomSerial() });
  certificate.subject = nameOf(subject);
  certificate.issuer = nameOf(issuer.name);
  certificate.notBefore = timeOf(from);
  certificate.notAfter = timeOf(to);
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  const constraints = isAuthority ? { cA: true, pathLenConstraint: 0 } : { cA: false };
  const issuerId = new OctetString({ valueHex: await keyIdOf(issuer.keys) });
  certificate.extensions = [
    extension("2.5.29.19", true, new BasicConstraints(constraints).toSchema()),
    ...(keyUsage === 0 ? [] : [extension("2.5.29.15", true, bitString(keyUsage))]),
    ...(extendedKeyUsage.length === 0
      ? []
      : [extension("2.5.29.37", false, new ExtKeyUsage({ keyPurposes: [...extendedKeyUsage] }).toSchema())]),
    extension("2.5.29.14", false, new OctetString({ valueHex: await keyIdOf(keys) })),
    extension("2.5.29.35", false, new AuthorityKeyIdentifier({ keyIdentifier: issuerId }).toSchema()),
  ];
  await certificate.sign(issuer.keys.privateKey, "SHA-256");
  return pem("CERTIFICATE", certificate.toSchema(true).toBER());
}

/** The private key as PKCS #8 PEM. */
export async function privateKeyPem({ privateKey }: KeyPair): Promise<string> {
  return pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", privateKey));
}

function extension(extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

function bitString(bits: number): BitString {
  return new BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits: Math.log2(bits & -bits) });
}

/** One attribute a set, as everybody writes names; the library by itself would put both into one set. */
function nameOf({ organisation, commonName }: CertificateName): RelativeDistinguishedNames {
  const attribute = (type: string, value: PrintableString | Utf8String) =>
    new AsnSet({ value: [new Sequence({ value: [new ObjectIdentifier({ value: type }), value] })] });
  const sets = [
    attribute("2.5.4.10", new PrintableString({ value: organisation })),
    attribute("2.5.4.3", new Utf8String({ value: commonName })),
  ];
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: sets }).toBER());
}

/** 16 bytes; the first is between 0x40 and 0x7f, so that the number is positive and DER drops none of them. */
function randomSerial(): ArrayBuffer {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}

/** Two-digit years up to 2049 (RFC 5280, section 4.1.2.5). */
function timeOf(value: Date): Time {
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

/** RFC 5280, section 4.2.1.2, method 1. */
async function keyIdOf({ publicKey }: KeyPair): Promise<ArrayBuffer> {
  return webcrypto.subtle.digest("SHA-1", await webcrypto.subtle.exportKey("raw", publicKey));
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
