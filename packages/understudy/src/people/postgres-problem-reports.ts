import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { sqlOf, transaction } from "#postgres/database.js";
import type { WebhookOutbox } from "#webhooks/webhook-outbox.js";
import type { ProblemReport, ProblemReports } from "./problem-reports.js";

/** What the reports work with. */
export interface ProblemReportOptions {
  readonly pool: Pool;
  /** Is told of each report, in the transaction that keeps it. */
  readonly webhooks: WebhookOutbox;
  now(): Date;
}

/** Until when somebody has to answer. */
const answerMilliseconds = 48 * 3_600_000;

/** The reports in PostgreSQL. What is told of one by webhook names ids only; its words stay here. */
export function createProblemReports({ pool, webhooks, now }: ProblemReportOptions): ProblemReports {
  return {
    add: ({ ownerId, subjectId, renderId, text, contact }) =>
      transaction(pool, async (sql) => {
        const id = `report_${randomBytes(8).toString("hex")}`;
        const createdAt = now();
        const answerDueAt = new Date(createdAt.getTime() + answerMilliseconds);
        await sql.query(
          `insert into understudy.problem_report (id, owner_id, subject_id, render_id, text, contact, created_at, answer_due_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [id, ownerId, subjectId ?? null, renderId ?? null, text, contact ?? null, createdAt, answerDueAt],
        );
        const about = { ...(subjectId !== undefined && { subjectId }), ...(renderId !== undefined && { renderId }) };
        const data = { reportId: id, ...about, answerDueAt: answerDueAt.toISOString() };
        const named = renderId === undefined ? {} : { renderId };
        await webhooks.add(sql, { ownerId, type: "report.created", ...named, data }, createdAt);
        return { id, ownerId, ...about, text, ...(contact !== undefined && { contact }), createdAt, answerDueAt };
      }),
    async list(ownerId, { isOpen, limit }) {
      const { rows } = await sqlOf(pool).query<ReportRow>(
        `select * from understudy.problem_report
         where owner_id = $1 and ($2::boolean is null or (closed_at is null) = $2)
         order by created_at desc, id desc limit $3`,
        [ownerId, isOpen ?? null, limit],
      );
      return rows.map(reportOf);
    },
    async close(ownerId, id) {
      const { rowCount } = await sqlOf(pool).query(
        "update understudy.problem_report set closed_at = coalesce(closed_at, $3) where owner_id = $1 and id = $2",
        [ownerId, id, now()],
      );
      return rowCount === 1;
    },
  };
}

interface ReportRow {
  readonly id: string;
  readonly owner_id: string;
  readonly subject_id: string | null;
  readonly render_id: string | null;
  readonly text: string;
  readonly contact: string | null;
  readonly created_at: Date;
  readonly answer_due_at: Date;
  readonly closed_at: Date | null;
}

function reportOf(row: ReportRow): ProblemReport {
  return {
    id: row.id,
    ownerId: row.owner_id,
    ...(row.subject_id !== null && { subjectId: row.subject_id }),
    ...(row.render_id !== null && { renderId: row.render_id }),
    text: row.text,
    ...(row.contact !== null && { contact: row.contact }),
    createdAt: row.created_at,
    answerDueAt: row.answer_due_at,
    ...(row.closed_at !== null && { closedAt: row.closed_at }),
  };
}
