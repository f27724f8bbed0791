import { UnderstudyError } from "@understudy/render";
import type { Sql } from "#postgres/database.js";
import type { ServiceRender } from "#renders/service-render.js";

/**
 * Asked in the transaction in which a render ends: one whose consent was taken back, or whose person was erased, does not end
 * as finished. The render's row is locked by then, and whoever takes a consent back notes that first and locks the row
 * after: so either this sees the revocation, or the revocation sees a finished render.
 * @throws UnderstudyError `consent-revoked`.
 */
export async function assertMayEnd(
  sql: Sql,
  { ownerId, state, consentId, subjectId }: Pick<ServiceRender, "ownerId" | "state" | "consentId" | "subjectId">,
): Promise<void> {
  if (state !== "finished") return;
  const { rowCount } = await sql.query(
    `select 1 from understudy.consent_revocation where owner_id = $1 and consent_id = $2
     union all select 1 from understudy.erasure_note where owner_id = $1 and subject_id = $3`,
    [ownerId, consentId ?? null, subjectId ?? null],
  );
  if (rowCount === 0) return;
  throw new UnderstudyError("consent-revoked", `Consent ${consentId} was taken back; nothing was delivered.`);
}
