import { createHash, timingSafeEqual } from "node:crypto";

/** The keys that open an API. */
export interface KeyRing {
  /** Which of the keys an `Authorization` header holds, from 0; undefined: none of them. */
  find(authorization: string | undefined): number | undefined;
}

/**
 * Takes `Bearer KEY`, as clients send it, and the raw `KEY`, as the SDK's workers and the documentation's cURL lines do. Every
 * key is compared, by hashes of one length, so that the time says nothing of a key or of its place.
 */
export function createKeyRing(keys: readonly string[]): KeyRing {
  const known = keys.map(hashOf);
  return {
    find(authorization) {
      const given = (authorization ?? "").trim();
      const hashes = [...new Set([given, given.replace(/^bearer +/i, "")])].map(hashOf);
      let found: number | undefined;
      for (const [index, hash] of known.entries()) {
        for (const candidate of hashes) if (timingSafeEqual(hash, candidate)) found = index;
      }
      return found;
    },
  };
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
