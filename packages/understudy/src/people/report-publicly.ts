import { isRenderId, UnderstudyError } from "@understudy/render";
import type { ResultLinks } from "#links/result-links.js";
import { sqlOf, type Database, type Sql } from "#postgres/database.js";
import type { ProblemReport, ProblemReports } from "./problem-reports.js";

/** What somebody without a key reports. */
export interface PublicReport {
  /** Which video it is about, in their words: the address of a result, or the id of a render. */
  readonly about?: string;
  readonly text: string;
  readonly contact?: string;
}

/** What such a report is put down with. */
export interface ReportDesk {
  readonly database: Pick<Database, "pool">;
  readonly links: Pick<ResultLinks, "find">;
  readonly reports: Pick<ProblemReports, "add">;
}

/**
 * Puts a report down for whoever made the video; one about no video that is known here goes to the operator, with the words that
 * say what it is about. Who reports learns neither which of the two it was, nor of whom there is a video.
 */
export async function reportPublicly(
  { about, text, contact }: PublicReport,
  { database, links, reports }: ReportDesk,
): Promise<ProblemReport> {
  const sql = sqlOf(database.pool);
  const how = contact === undefined ? {} : { contact };
  const video = about === undefined ? undefined : await findVideo(about, sql, links);
  if (video !== undefined) return reports.add({ ...video, text, ...how });
  const words = about === undefined ? text : `${text}\n\nAbout: ${about}`;
  return reports.add({ ownerId: await operatorOf(sql), text: words, ...how });
}

type Video = Pick<ProblemReport, "ownerId" | "renderId" | "subjectId">;

async function findVideo(about: string, sql: Sql, links: ReportDesk["links"]): Promise<Video | undefined> {
  const secret = /\/r\/([A-Za-z0-9_-]{22})(?:[/?#]|$)/.exec(about)?.[1];
  const linked = secret === undefined ? undefined : await links.find(secret);
  const renderId = linked?.renderId ?? /\brender_[0-9a-f]{16}\b/.exec(about)?.[0];
  if (renderId === undefined || !isRenderId(renderId)) return undefined;
  // Of a video of several people nobody knows whom a report is about.
  const { rows } = await sql.query<{ owner_id: string; subject_id: string | null }>(
    "select owner_id, case when other_people = '[]' then subject_id end as subject_id from understudy.render where id = $1",
    [renderId],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const whose = row.subject_id === null ? {} : { subjectId: row.subject_id };
  return { ownerId: row.owner_id, renderId, ...whose };
}

/** Whoever runs the service has its first key: the oldest one that was not revoked. */
async function operatorOf(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ owner_id: string }>(
    "select owner_id from understudy.api_key order by revoked_at is null desc, created_at, id limit 1",
  );
  const [row] = rows;
  if (row === undefined) throw new UnderstudyError("internal-error", "There is nobody who could read a report.");
  return row.owner_id;
}
