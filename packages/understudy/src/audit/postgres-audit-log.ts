import type { Pool } from "pg";
import { holdLock, sqlOf, transaction, type Sql } from "#postgres/database.js";
import type { AuditEvent, AuditLine, AuditLog, AuditVerdict } from "./audit-log.js";
import { chainStart, follow, lineText, nextLine, parseLine, type ChainEnd } from "./chain.js";
import { isEarlier, wentBack } from "./clock-slack.js";

/**
 * Keeps the log of the whole installation in PostgreSQL: one chain, whoever appends. Its end stands in a row of its own,
 * written with the line: a removed last line shows, and a chain with a gap is never grown over.
 */
export function createPostgresAuditLog(pool: Pool): AuditLog {
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(event, now) {
      const appended = last.then(() => transaction(pool, (sql) => appendLine(sql, event, now)));
      last = appended.catch(() => undefined);
      return appended;
    },
    async list() {
      const lines: AuditLine[] = [];
      for await (const { text } of storedLines(sqlOf(pool))) {
        const line = parseLine(text);
        if (line !== undefined) lines.push(line);
      }
      return lines;
    },
    verify: () =>
      transaction(pool, async (sql) => {
        // Head and lines of one moment, while others append.
        await sql.query("set transaction isolation level repeatable read read only");
        return verifyLines(await readHead(sql), storedLines(sql));
      }),
  };
}

async function appendLine(sql: Sql, event: AuditEvent, now: Date): Promise<void> {
  await holdLock(sql, "understudy.audit");
  const line = nextLine(await endOf(sql), event, now);
  await sql.query("insert into understudy.audit_line (number, line) values ($1, $2)", [line.number, lineText(line)]);
  await sql.query(
    "insert into understudy.audit_head (number, sha256) values ($1, $2) on conflict (id) do update set number = excluded.number, sha256 = excluded.sha256",
    [line.number, line.sha256],
  );
}

/** What the next line continues: the head. Lines that somebody else put behind it keep their numbers, and do not fit. */
async function endOf(sql: Sql): Promise<ChainEnd> {
  const head = await readHead(sql);
  const { rows } = await sql.query<{ number: string | null }>(
    "select max(number) as number from understudy.audit_line",
  );
  return { number: Math.max(head.number, Number(rows[0]?.number ?? 0)), sha256: head.sha256 };
}

async function readHead(sql: Sql): Promise<ChainEnd> {
  const { rows } = await sql.query<{ number: string; sha256: string }>(
    "select number, sha256 from understudy.audit_head",
  );
  const [head] = rows;
  return head === undefined ? chainStart : { number: Number(head.number), sha256: head.sha256 };
}

/** Lines that are read at a time; a line has some 300 bytes. */
const linesAtATime = 1_000;

async function* storedLines(sql: Sql): AsyncGenerator<{ readonly number: string; readonly text: string }> {
  let after = "-9223372036854775808";
  for (;;) {
    const { rows } = await sql.query<{ number: string; text: string }>(
      "select number, line as text from understudy.audit_line where number > $1 order by number limit $2",
      [after, linesAtATime],
    );
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined) return;
    after = end.number;
  }
}

async function verifyLines(head: ChainEnd, stored: AsyncIterable<{ readonly text: string }>): Promise<AuditVerdict> {
  let end = chainStart;
  let before: AuditLine | undefined;
  let firstEarlier: number | undefined;
  let fault: { readonly line: number; readonly problem: string } | undefined;
  let lines = 0;
  for await (const { text } of stored) {
    lines += 1;
    if (fault !== undefined) continue;
    const line = follow(end, text);
    if (typeof line === "string") {
      fault = { line: lines, problem: line };
      continue;
    }
    if (before !== undefined && isEarlier(line, before)) firstEarlier ??= lines;
    [end, before] = [line, line];
  }
  fault ??= faultAtEnd(head, end);
  if (fault !== undefined) return { whole: false, lines, ...fault };
  return { whole: true, lines, lastSha256: end.sha256, warnings: wentBack(firstEarlier) };
}

/** Lines that all fit may still not be all, or not those that were written. */
function faultAtEnd(head: ChainEnd, end: ChainEnd): { readonly line: number; readonly problem: string } | undefined {
  if (head.number > end.number) {
    return {
      line: end.number + 1,
      problem: `is missing: the log ended with number ${head.number}, now with ${end.number}`,
    };
  }
  if (head.number < end.number) return { line: head.number + 1, problem: "is not one that this log wrote" };
  if (head.sha256 === end.sha256) return undefined;
  return { line: end.number, problem: "is not the one that was written last: the end was written anew" };
}
