import {
  canonicalJson,
  hasExpired,
  isOwnConsent,
  parseConsent,
  UnderstudyError,
  type ConsentEntry,
  type ConsentStore,
  type Revocation,
} from "@understudy/render";
import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";

/** The consent records of one owner in PostgreSQL; another owner may hold a record of the same id, and neither sees it. */
export function createPostgresConsentStore(pool: Pool, ownerId: string): ConsentStore {
  const sql = sqlOf(pool);
  const select = async (where: string, ...values: unknown[]): Promise<readonly EntryRow[]> =>
    (await sql.query<EntryRow>(`${entries} where c.owner_id = $1 and ${where}`, [ownerId, ...values])).rows;

  const get: ConsentStore["get"] = async (id) => {
    if (!idForm.test(id)) return undefined;
    const [row] = await select("c.id = $2", id);
    return row === undefined ? undefined : entryOf(row);
  };
  return {
    get,
    async list() {
      return (await select("true order by c.created_at, c.id")).flatMap(wholeEntryOf);
    },
    async revocations() {
      const { rows } = await sql.query<RevocationRow>(
        `select consent_id, ${revocationColumns} from understudy.consent_revocation r where owner_id = $1 order by revoked_at, consent_id`,
        [ownerId],
      );
      return rows.map(revocationOf);
    },
    async add(consent) {
      const { id, subject, photoSha256, createdAt } = consent;
      const { rowCount } = await sql.query(
        "insert into understudy.consent (owner_id, id, subject_id, photo_sha256, record, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        [ownerId, id, subject.id, photoSha256, JSON.stringify(consent), createdAt],
      );
      if (rowCount === 1) return;
      const [row] = await select("c.id = $2", id);
      if (row !== undefined && canonicalJson(row.record) === canonicalJson(consent)) return;
      throw new UnderstudyError("output-exists", `There is another record of the id ${id}.`, {
        hint: "Records are never changed; make a new one.",
      });
    },
    async revoke({ consentId, revokedAt, revokedBy, reason }) {
      const values = [ownerId, consentId, revokedAt, revokedBy ?? null, reason ?? null];
      const isKnown = idForm.test(consentId) && (await sql.query(revoke, values)).rowCount === 1;
      if (!isKnown) throw new UnderstudyError("unknown-consent", "There is no consent record of this id.");
    },
    async find(photoSha256, now, isAccepted = () => true) {
      const rows = await select(
        "c.photo_sha256 @> $2 and r.revoked_at is null order by c.created_at, c.id",
        photoSha256,
      );
      const found = rows
        .flatMap(wholeEntryOf)
        .map(({ consent }) => consent)
        .filter((consent) => !hasExpired(consent, now) && isAccepted(consent));
      return found.findLast(isOwnConsent) ?? found.at(-1);
    },
    async forget(id) {
      if (idForm.test(id)) await sql.query(forget, [ownerId, id]);
    },
    async erase(id) {
      if (idForm.test(id)) await sql.query(erase, [ownerId, id]);
    },
  };
}

/** An id comes from a request; one of another form is none of ours. */
const idForm = /^consent_[0-9a-f]{16}$/;

const revocationColumns = "r.revoked_at, r.revoked_by, r.reason, r.photo_sha256";

const entries = `
  select c.id as consent_id, c.record, ${revocationColumns}
  from understudy.consent c
  left join understudy.consent_revocation r on r.owner_id = c.owner_id and r.consent_id = c.id`;

/** One row for a known record, also when it was taken back before. */
const revoke = `
  with known as (select photo_sha256 from understudy.consent where owner_id = $1 and id = $2),
  noted as (
    insert into understudy.consent_revocation (owner_id, consent_id, revoked_at, revoked_by, reason, photo_sha256)
    select $1, $2, $3::timestamptz, $4, $5, photo_sha256 from known
    on conflict do nothing
  )
  select from known`;

const forget = `
  with gone as (delete from understudy.consent where owner_id = $1 and id = $2)
  update understudy.consent_revocation set revoked_by = null, reason = null where owner_id = $1 and consent_id = $2`;

const erase = `
  with gone as (delete from understudy.consent where owner_id = $1 and id = $2)
  delete from understudy.consent_revocation where owner_id = $1 and consent_id = $2`;

interface RevocationRow {
  readonly consent_id: string;
  readonly revoked_at: Date;
  readonly revoked_by: string | null;
  readonly reason: string | null;
  readonly photo_sha256: readonly string[];
}

type EntryRow = { readonly consent_id: string; readonly record: unknown } & (
  | RevocationRow
  | { readonly revoked_at: null }
);

/** @throws UnderstudyError what `parseConsent()` says. */
function entryOf(row: EntryRow): ConsentEntry {
  const consent = parseConsent(row.record);
  if (consent.id !== row.consent_id) {
    throw new UnderstudyError("consent-altered", `Under the id ${row.consent_id} lies the record of another consent.`);
  }
  return row.revoked_at === null ? { consent } : { consent, revocation: revocationOf(row) };
}

/** A record that is damaged covers nothing; it must not stop renders that it has nothing to do with. */
function wholeEntryOf(row: EntryRow): ConsentEntry[] {
  try {
    return [entryOf(row)];
  } catch {
    return [];
  }
}

function revocationOf(row: RevocationRow): Revocation {
  return {
    consentId: row.consent_id,
    revokedAt: row.revoked_at.toISOString(),
    ...(row.revoked_by !== null && { revokedBy: row.revoked_by }),
    ...(row.reason !== null && { reason: row.reason }),
    photoSha256: row.photo_sha256,
  };
}
