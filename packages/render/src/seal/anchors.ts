import { X509Certificate } from "node:crypto";
import { UnderstudyError } from "#model/errors.js";
import { splitPem } from "./keys/key-files.js";
import type { ReadOrder } from "./provenance.js";
import type { TrustAnchors } from "./seal-messages.js";

/** The certificates of a reader, sorted for the library. */
export interface SortedAnchors {
  /** Authorities, ours first; one that is on both lists is ours. */
  readonly authorities: TrustAnchors;
  /** Whether a signing certificate is ours by itself, as a bought one is; the library knows authorities only. */
  isOwnLeaf(certificate: X509Certificate): boolean;
}

/** @throws UnderstudyError `bad-config` for a certificate that cannot be read. */
export function sortAnchors({ ownAnchorsPem, trustAnchorsPem }: ReadOrder): SortedAnchors {
  const own = certificatesIn(ownAnchorsPem);
  const ownFingerprints = new Set(own.map(({ fingerprint256 }) => fingerprint256));
  const isOwn = ({ fingerprint256 }: X509Certificate): boolean => ownFingerprints.has(fingerprint256);
  const others = certificatesIn(trustAnchorsPem).filter((certificate) => !isOwn(certificate));
  return {
    authorities: { own: own.filter(({ ca }) => ca).join(""), others: others.join("") },
    isOwnLeaf: isOwn,
  };
}

function certificatesIn(pem: string): X509Certificate[] {
  try {
    return splitPem(pem).map((each) => new X509Certificate(each));
  } catch {
    throw new UnderstudyError("bad-config", "The trust anchors hold a certificate that cannot be read.", {
      hint: "Give PEM files of whole certificates, or leave seal.trustAnchorsFile out.",
    });
  }
}
