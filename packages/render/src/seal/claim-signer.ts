import { randomBytes } from "node:crypto";
import { UnderstudyError } from "#model/errors.js";
import { coseSign1, signClaim, timestampedDigest } from "./cose.js";
import type { SealCredentials } from "./provenance.js";

/** Signs the claim of one file. */
export interface ClaimSigner {
  /** Exact length of what `sign` will give; the file is laid out before it is signed. */
  readonly signatureBytes: number;
  /** @throws UnderstudyError `timestamp-failed`; the signal's reason after a cancel. */
  sign(claim: Uint8Array): Promise<Uint8Array>;
}

/** Tokens of one authority differ by a few bytes (serial number, fractions of a second). */
const timestampSlackBytes = 64;

/**
 * Opens the signer for one file. Without a timestamp the length is known, so no byte of filling, which nothing signs,
 * is left in the file. With one the authority is asked twice: for a token to measure, then for the one that counts.
 * @throws UnderstudyError `timestamp-failed`; the signal's reason after a cancel.
 */
export async function openClaimSigner(credentials: SealCredentials, signal: AbortSignal): Promise<ClaimSigner> {
  const { timestampUrl } = credentials;
  const sample = signClaim(new Uint8Array(0), credentials);
  if (timestampUrl === undefined) {
    return {
      signatureBytes: coseSign1(sample).byteLength,
      sign: async (claim) => coseSign1(signClaim(claim, credentials)),
    };
  }
  // Only who wants timestamps loads what fetches them.
  const { fetchTimestamp } = await import("./timestamp.js");
  const measured = await fetchTimestamp(timestampUrl, randomBytes(32), signal);
  const signatureBytes = coseSign1(sample, { timestampToken: measured }).byteLength + timestampSlackBytes;
  return {
    signatureBytes,
    async sign(claim) {
      const signature = signClaim(claim, credentials);
      const timestampToken = await fetchTimestamp(timestampUrl, timestampedDigest(signature), signal);
      const signed = coseSign1(signature, { timestampToken, byteLength: signatureBytes });
      if (signed.byteLength === signatureBytes) return signed;
      throw new UnderstudyError("timestamp-failed", "The timestamp authority sends tokens of very different lengths.");
    },
  };
}
