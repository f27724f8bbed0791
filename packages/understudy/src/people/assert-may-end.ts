import { UnderstudyError } from "@understudy/render";
import type { Sql } from "#postgres/database.js";
import { peopleIn, type ServiceRender } from "#renders/service-render.js";

/**
 * Asked in the transaction in which a render ends: one of whose people took the consent back, or was erased, does not end as
 * finished; nor one that rests on somebody's word for a photo of which the person took another consent back. The render's row is
 * locked by then, and whoever takes a consent back notes that first and locks the row after: so either this sees the revocation, or the revocation sees a finished render.
 * @throws UnderstudyError `consent-revoked`.
 */
export async function assertMayEnd(
  sql: Sql,
  render: Pick<ServiceRender, "ownerId" | "state" | "consentId" | "subjectId" | "otherPeople">,
): Promise<void> {
  if (render.state !== "finished") return;
  for (const { consentId, subjectId } of peopleIn(render)) {
    const { rowCount } = await sql.query(
      `select 1 from understudy.consent_revocation where owner_id = $1 and consent_id = $2
       union all select 1 from understudy.erasure_note where owner_id = $1 and subject_id = $3
       union all ${closedToOthers}`,
      [render.ownerId, consentId ?? null, subjectId ?? null],
    );
    if (rowCount === 0) continue;
    throw new UnderstudyError("consent-revoked", `Consent ${consentId} was taken back; nothing was delivered.`);
  }
}

/** As `isTakenBack` says it: only a later consent of the person's own opens a photo again to the word of others. */
const closedToOthers = `
  select 1 from understudy.consent c
  join understudy.consent_revocation r on r.owner_id = c.owner_id and r.photo_sha256 && c.photo_sha256
  where c.owner_id = $1 and c.id = $2 and c.record ->> 'method' not in ('e-signature', 'recorded-passcode')
    and not exists (
      select from understudy.consent own
      where own.owner_id = c.owner_id and own.photo_sha256 && c.photo_sha256 and own.created_at > r.revoked_at
        and own.record ->> 'method' in ('e-signature', 'recorded-passcode')
        and not exists (
          select from understudy.consent_revocation
          where consent_revocation.owner_id = own.owner_id and consent_revocation.consent_id = own.id))`;
