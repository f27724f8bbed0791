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

/**
 * The finished COSE_Sign1 structure.
 * @param timestampToken DER of an RFC 3161 token.
 * @param byteLength total to reach with zeros; only a timestamp, whose length is known afterwards, needs them: whatever
 * lies outside the protected header is not signed.
 */
export function coseSign1(
  { protectedHeader, signature }: ClaimSignature,
  timestampToken?: Uint8Array,
  byteLength?: number,
): Uint8Array {
  const unprotected = new Map<string, unknown>();
  if (timestampToken !== undefined) unprotected.set("sigTst2", { tstTokens: [{ val: timestampToken }] });
  const encoded = (): Uint8Array => encode(new Tag(coseSign1Tag, [protectedHeader, unprotected, null, signature]));
  if (byteLength === undefined) return encoded();
  // A longer pad may need a longer header of its own, so some lengths are out of reach for one pad and need two.
  for (const names of [["pad"], ["pad", "pad2"]]) {
    for (const name of names) unprotected.set(name, new Uint8Array(0));
    for (let missing = byteLength - encoded().length; missing >= 0; missing--) {
      unprotected.set("pad", new Uint8Array(missing));
      if (encoded().length === byteLength) return encoded();
      if (encoded().length < byteLength) break;
    }
  }
  throw new RangeError(`no COSE structure of ${byteLength} bytes`);
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
