import type { Sql } from "#postgres/database.js";
import { renderOf, type RenderRow } from "#renders/render-rows.js";
import type { ServiceRender } from "#renders/service-render.js";

/** Renders under a consent, also those that only name it so far; newest first. */
export async function rendersUnder(sql: Sql, ownerId: string, consentId: string): Promise<readonly ServiceRender[]> {
  const { rows } = await sql.query<RenderRow>(
    `select * from understudy.render
     where owner_id = $1 and (consent_id = $2 or (consent_id is null and wish->'consent'->>'consentId' = $2)
       or other_people @> jsonb_build_array(jsonb_build_object('consentId', $2::text)))
     order by created_at desc, id desc`,
    [ownerId, consentId],
  );
  return rows.map(renderOf);
}

/** What leads to a person's renders. */
export interface PersonMarks {
  readonly subjectId: string;
  readonly consentIds: readonly string[];
  /** Of the renders that are on record for the person. */
  readonly renderIds: readonly string[];
  readonly photoSha256: readonly string[];
}

/**
 * All renders of a person, newest first: those that were decided to be theirs; and of those that are not decided yet, or never
 * were, the ones with an uploaded photo of theirs and the forks of all these.
 */
export async function rendersOf(
  sql: Sql,
  ownerId: string,
  { subjectId, consentIds, renderIds, photoSha256 }: PersonMarks,
): Promise<readonly ServiceRender[]> {
  const { rows } = await sql.query<RenderRow>(
    `with recursive theirs as (
       select id from understudy.render
       where owner_id = $1 and (subject_id = $2 or consent_id = any($3) or id = any($4)
         or other_people @> jsonb_build_array(jsonb_build_object('subjectId', $2::text))
         or exists (select 1 from jsonb_array_elements(other_people) other where other->>'consentId' = any($3))
         or (subject_id is null and exists (
           select 1 from jsonb_array_elements_text(jsonb_path_query_array(wish, '$.faces[*].uploadId')
             || jsonb_path_query_array(wish, '$.others[*].faces[*].uploadId')) as face (upload_id)
           join understudy.upload on upload.id = face.upload_id and upload.owner_id = $1
           where upload.sha256 = any($5))))
       union
       select fork.id from understudy.render fork join theirs on fork.forked_from = theirs.id
       where fork.owner_id = $1 and fork.subject_id is null
     )
     select render.* from understudy.render join theirs using (id) order by created_at desc, id desc`,
    [ownerId, subjectId, consentIds, renderIds, photoSha256],
  );
  return rows.map(renderOf);
}
