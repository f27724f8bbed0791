import { createHash, sign } from "node:crypto";
import { encode, Tag } from "cbor2";
import type { SealCredentials } from "./provenance.js";

// COSE_Sign1 (RFC 9052, section 4.2) as C2PA wants it: ES256, detached payload, certificates in the protected header.
const coseSign1Tag = 18;
const algorithmHeader = 1;
const es256 = -7;
const certificateChainHeader = 33;

/** A signature over a claim, before anything is added beside it. */
export interface ClaimSignature {
  /** The protected header, encoded. */
  readonly protectedHeader: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Signs a claim. */
export function signClaim(
  claim: Uint8Array,
  { certificateChain, privateKey }: Pick<SealCredentials, "certificateChain" | "privateKey">,
): ClaimSignature {
  const protectedHeader = protectedHeaderOf(certificateChain);
  const signed = encode(["Signature1", protectedHeader, new Uint8Array(0), claim]);
  const signature = sign("sha256", signed, { key: privateKey, dsaEncoding: "ieee-p1363" });
  return { protectedHeader, signature: new Uint8Array(signature) };
}

/** What a timestamp is asked for: SHA-256 over the countersigned structure of C2PA 2.2, section 10.3.2.5 (`sigTst2`). */
export function timestampedDigest({ protectedHeader, signature }: ClaimSignature): Uint8Array {
  const countersigned = encode(["CounterSignature", protectedHeader, new Uint8Array(0), encode(signature)]);
  return new Uint8Array(createHash("sha256").update(countersigned).digest());
}

/** What lies beside a signature, unsigned. */
export interface UnsignedParts {
  /** DER of an RFC 3161 token. */
  readonly timestampToken: Uint8Array;
  /** Length that the whole should reach with zeros; it misses it when there is too little to fill. */
  readonly byteLength?: number;
}

/** The finished COSE_Sign1 structure. */
export function coseSign1(
  signed: ClaimSignature,
  { timestampToken, byteLength }: Partial<UnsignedParts> = {},
): Uint8Array {
  if (timestampToken === undefined) return encodeSign1(signed, new Map());
  const stamp: [string, unknown] = ["sigTst2", { tstTokens: [{ val: timestampToken }] }];
  const filled = (padBytes: number) => encodeSign1(signed, new Map([stamp, ["pad", new Uint8Array(padBytes)]]));
  if (byteLength === undefined) return encodeSign1(signed, new Map([stamp]));
  const missing = byteLength - filled(0).byteLength;
  // From 24 bytes on the length itself takes one byte more.
  return filled(Math.max(0, missing < 24 ? missing : missing - 1));
}

function encodeSign1({ protectedHeader, signature }: ClaimSignature, unprotected: Map<string, unknown>): Uint8Array {
  return encode(new Tag(coseSign1Tag, [protectedHeader, unprotected, null, signature]));
}

function protectedHeaderOf(chain: readonly Uint8Array[]): Uint8Array {
  // The encoder knows a Buffer by another name.
  const certificates = chain.map((der) => new Uint8Array(der));
  return encode(
    new Map<number, unknown>([
      [algorithmHeader, es256],
      [certificateChainHeader, certificates.length === 1 ? certificates[0] : certificates],
    ]),
  );
}
