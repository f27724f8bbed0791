import { UnderstudyError, type Consent } from "@understudy/render";
import type { Config } from "#config/index.js";
import { momentOf } from "./moments.js";

/** What somebody states of everybody whose photo is sent in: in the configuration, or for the rows of a connected table. */
export interface StandingAttestation {
  readonly operator: string;
  readonly statement: string;
  readonly use: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

/**
 * Reads `consent.standing`; undefined when there is none. It may have run out.
 * @throws UnderstudyError `bad-config` that names what is missing: it stands for people who are not asked, so it is whole or
 * not there.
 */
export function readStanding(settings: Config["consent"]["standing"]): StandingAttestation | undefined {
  const { operator, statement, use, expiresAt, ageConfirmed } = settings;
  const parts = { operator, statement, use, expiresAt, ageConfirmed: ageConfirmed ? "true" : "" };
  const missing = Object.entries(parts).flatMap(([name, value]) =>
    value.trim() === "" ? [`consent.standing.${name}`] : [],
  );
  if (missing.length === Object.keys(parts).length) return undefined;
  if (missing.length > 0) {
    throw new UnderstudyError("bad-config", `The standing attestation is not whole; missing: ${missing.join(", ")}.`);
  }
  const end = momentOf(expiresAt);
  if (end === undefined) {
    throw new UnderstudyError("bad-config", "consent.standing.expiresAt is no date, such as 2027-06-30T00:00:00Z.");
  }
  return { operator: operator.trim(), statement, use, expiresAt: end.toISOString() };
}

/** What a record says in the place of its statement's version when a connection's attestation stands behind it. */
export const connectionVersion = "connection";

/**
 * The attestation that a record itself names as its connection's. It is only as good as whoever made the record: it shows what
 * was stated, and lets nobody else's render begin.
 */
export function connectionWordOf(consent: Consent): StandingAttestation | undefined {
  const { method, operator, statement, scope, expiresAt } = consent;
  const isConnections = method === "standing-attestation" && statement.version === connectionVersion;
  if (!isConnections || expiresAt === undefined) return undefined;
  return { operator, statement: statement.text, use: scope.use, expiresAt };
}

/** Whether a stored record rests on this attestation, word for word. */
export function restsOn(consent: Consent, standing: StandingAttestation | undefined): boolean {
  return (
    standing !== undefined &&
    consent.method === "standing-attestation" &&
    consent.operator === standing.operator &&
    consent.statement.text === standing.statement &&
    consent.scope.use === standing.use &&
    consent.expiresAt === standing.expiresAt
  );
}
