import { hasExpired, isOwnConsent, type Consent, type ConsentEntry, type Revocation } from "@understudy/render";
import type { Config } from "#config/index.js";
import { namesIn } from "#records/look-at.js";
import type { ConsentData } from "./keep-consent.js";
import { readStanding, type StandingAttestation } from "./standing-attestation.js";

/** All that decides which records count at a moment. */
export interface ConsentRules {
  readonly now: Date;
  readonly entries: readonly ConsentEntry[];
  readonly revocations: readonly Revocation[];
  /** Hashes of the recordings and documents that lie here. */
  readonly evidenceSha256: ReadonlySet<string>;
  readonly allowAttested: boolean;
  /** As the configuration, or a connection in its place, says it; it may have run out. */
  readonly standing: StandingAttestation | undefined;
}

/**
 * Reads what is on record.
 * @param more records that are not kept yet, and may be asked about.
 * @throws UnderstudyError `bad-config`, `data-folder-unreadable`.
 */
export async function readRules(
  policy: Config["consent"],
  { consents, evidenceFolder, evidenceShelf }: ConsentData,
  now: Date,
  more: readonly Consent[] = [],
): Promise<ConsentRules> {
  const entries = await consents.list();
  const isNamed = [...more, ...entries.map(({ consent }) => consent)].some(({ evidence }) => evidence.length > 0);
  // A shelf may be far away: it is asked only when a record names evidence.
  const names = async () =>
    evidenceShelf === undefined ? namesIn(evidenceFolder) : isNamed ? evidenceShelf.names() : [];
  const evidence = await names();
  return {
    now,
    entries,
    revocations: await consents.revocations(),
    evidenceSha256: new Set(evidence.map((name) => name.slice(0, 64))),
    allowAttested: policy.allowAttested,
    standing: readStanding(policy.standing),
  };
}

/** Whether the person did something for the record themselves, and what they did lies here; any file can claim it. */
export function isProven(consent: Consent, { evidenceSha256 }: ConsentRules): boolean {
  return isOwnConsent(consent) && consent.evidence.every(({ sha256 }) => evidenceSha256.has(sha256));
}

/** The standing attestation, unless it ran out. */
export function liveStanding({ standing, now }: ConsentRules): StandingAttestation | undefined {
  return standing === undefined || hasExpired(standing, now) ? undefined : standing;
}
