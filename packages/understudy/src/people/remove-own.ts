import { sqlOf, transaction, type Sql } from "#postgres/database.js";
import { renderKeys } from "#renders/render-keys.js";
import type { PersonErased } from "./erase-person.js";
import type { Person } from "./find-person.js";
import type { PeopleDesk } from "./people-desk.js";
import { rowsShowing } from "./rows-showing.js";
import { tellOnce } from "./tell-once.js";

/** How many things went, or would go, that only the service keeps. */
export type OwnCounts = Readonly<
  Record<"renders" | "workFiles" | "uploads" | "evidence" | "personLinks" | "reports" | "airtableRows", number>
>;

/** What an erasure would remove. */
export async function countOwn(person: Person, { database }: PeopleDesk): Promise<OwnCounts> {
  const { ownerId, subjectId, renders, workKeys, uploadIds, evidence } = person;
  const sql = sqlOf(database.pool);
  const { rows } = await sql.query<{ links: number; reports: number }>(
    `select (select count(*)::integer from understudy.person_link where owner_id = $1 and subject_id = $2) as links,
            (select count(*)::integer from understudy.problem_report
             where owner_id = $1 and subject_id = $2 and closed_at is not null) as reports`,
    [ownerId, subjectId],
  );
  const { links: personLinks, reports } = rows[0]!;
  return {
    renders: renders.length,
    workFiles: workKeys.length,
    uploads: uploadIds.length,
    evidence: evidence.length,
    personLinks,
    reports,
    airtableRows: await countShowing(sql, person),
  };
}

/**
 * Removes what only the service keeps of a person, but the addresses of their page: by these they can ask again. Renders go with
 * their events and result addresses; what was delivered stays for whoever erases the records.
 */
export async function removeOwn(
  { ownerId, subjectId, renders, renderIds, workKeys, uploadIds, evidence }: Person,
  { database, artifacts, uploads, webhooks, dataOf }: PeopleDesk,
): Promise<Omit<OwnCounts, "personLinks" | "reports">> {
  const sql = sqlOf(database.pool);
  const airtableRows = await countShowing(sql, { renders });
  await webhooks.forget(sql, renderIds);
  // A report may be older than what its video was found to show.
  await sql.query(
    "update understudy.problem_report set subject_id = $3 where owner_id = $1 and render_id = any($2) and subject_id is null",
    [ownerId, renderIds, subjectId],
  );
  // Renders lead to uploaded voices.
  for (const id of uploadIds) await uploads.remove(ownerId, id);
  const removed = await sql.query(
    "delete from understudy.render where owner_id = $1 and id = any($2) and state in ('finished', 'failed', 'cancelled')",
    [ownerId, renders.map(({ id }) => id)],
  );
  for (const id of renderIds) {
    for (const prefix of [renderKeys.inputs(id), renderKeys.work(id), renderKeys.faces(id)]) {
      await artifacts.removeAll(prefix);
    }
  }
  for (const key of workKeys) await artifacts.remove(key);
  for (const name of evidence) await dataOf(ownerId).evidenceShelf?.remove(name);
  return {
    renders: removed.rowCount ?? 0,
    workFiles: workKeys.length,
    uploads: uploadIds.length,
    evidence: evidence.length,
    airtableRows,
  };
}

async function countShowing(sql: Sql, { renders }: Pick<Person, "renders">): Promise<number> {
  return (await rowsShowing(sql, renders)).filter(({ isConnected }) => isConnected).length;
}

/**
 * Ends an erasure: the person's addresses lead nowhere, and the owner is told. An open report waits for its answer, and leads to
 * nobody any more.
 */
export async function removeLast(
  ownerId: string,
  { subjectId, at, counts }: Pick<PersonErased, "subjectId" | "at" | "counts">,
  { database, webhooks, now }: PeopleDesk,
): Promise<Pick<OwnCounts, "personLinks" | "reports">> {
  return transaction(database.pool, async (sql) => {
    const whose = [ownerId, subjectId];
    const links = await sql.query("delete from understudy.person_link where owner_id = $1 and subject_id = $2", whose);
    const reports = await sql.query(
      "delete from understudy.problem_report where owner_id = $1 and subject_id = $2 and closed_at is not null",
      whose,
    );
    await sql.query(
      "update understudy.problem_report set subject_id = null, render_id = null where owner_id = $1 and subject_id = $2",
      whose,
    );
    const data = { subjectId, erasedAt: at, counts };
    await tellOnce(sql, webhooks, { ownerId, type: "subject.erased", data }, { id: subjectId, now: now() });
    return { personLinks: links.rowCount ?? 0, reports: reports.rowCount ?? 0 };
  });
}
