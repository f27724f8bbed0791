import { UnderstudyError } from "@understudy/render";
import type { AirtableCells } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { DueRow } from "#connectors/airtable/rows/row-book.js";
import { cellsOf } from "#connectors/airtable/rows/row-cells.js";
import type { WrittenPhase } from "#connectors/airtable/rows/row.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";
import { lookAtEnds } from "./look-at-ends.js";
import { lookAtTable } from "./look-at-table.js";
import { removeRows } from "./remove-rows.js";

interface ToldRow extends DueRow {
  readonly written: WrittenPhase;
}

interface RowLetter extends ToldRow {
  readonly cells: AirtableCells;
}

/**
 * Writes into rows what became of them, all in one request; an end only after a last look at the row. What Airtable refuses is halved
 * until the one that is at fault is alone: a row that was removed is forgotten, another one waits, and all others are written. An
 * answer that was lost is no harm: the same is written again.
 * @param due at most `maxRecordsAtOnce`.
 * @throws AirtableFailure; UnderstudyError `airtable-table` when it is the table's fault, `database-unavailable`.
 */
export async function writeBack(due: readonly DueRow[], work: ConnectionWork, services: WorkServices): Promise<void> {
  await tell(await lookAtEnds(due, work, services), work, services, false);
}

/** @param isLookedAt the table is known not to be at fault. */
async function tell(
  rows: readonly DueRow[],
  work: ConnectionWork,
  services: WorkServices,
  isLookedAt: boolean,
): Promise<void> {
  const { connection } = work;
  const told = rows.map((row) => ({ ...row, ...cellsOf(row, connection.columns, services.publicUrl()) }));
  // They say so already.
  const silent = told.filter(({ cells }) => cells === undefined);
  if (silent.length > 0) await services.book.noteWritten(connection.id, silent);
  const letters = told.filter((row): row is RowLetter => row.cells !== undefined);
  if (letters.length > 0) await send(letters, work, services, isLookedAt);
}

async function send(
  letters: readonly RowLetter[],
  work: ConnectionWork,
  services: WorkServices,
  isLookedAt: boolean,
): Promise<void> {
  const { connection, client } = work;
  const updates = letters.map(({ known, cells }) => ({ id: known.recordId, cells }));
  const refusal = await client.updateRecords(connection.baseId, connection.tableId, updates).then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof AirtableFailure && thrown.kind === "refused") return thrown;
      throw thrown;
    },
  );
  if (refusal === undefined) return services.book.noteWritten(connection.id, letters);
  const isRowGone = refusal.type === removedRow;
  if (!isRowGone && !isLookedAt) {
    const found = await findFault(refusal, work, services);
    return tell(letters, { ...work, connection: found }, services, true);
  }
  if (letters.length > 1) {
    const middle = Math.ceil(letters.length / 2);
    await send(letters.slice(0, middle), work, services, isLookedAt);
    return send(letters.slice(middle), work, services, isLookedAt);
  }
  const [{ known }] = letters as [RowLetter];
  if (isRowGone) return removeRows([known.recordId], work, services);
  services.log.warn(
    { connectionId: connection.id, airtable: refusal.type },
    "a row does not take its result; it is tried again",
  );
  return services.book.notePostponed(connection.id, known.recordId);
}

/** Airtable's words for a record that is not in the table, and for a choice that a select has not and the token may not add. */
const [removedRow, unknownChoice] = ["ROW_DOES_NOT_EXIST", "INVALID_MULTIPLE_CHOICE_OPTIONS"];

/** @returns the connection as its table is by now. @throws UnderstudyError `airtable-table` when no row could be written. */
async function findFault(
  { type }: AirtableFailure,
  work: ConnectionWork,
  services: WorkServices,
): Promise<AirtableConnection> {
  const found = await lookAtTable(work, services);
  if (type !== unknownChoice) return found;
  const { processing, complete, failed } = briefStatuses;
  throw new UnderstudyError(
    "airtable-table",
    `The column "${found.columns.status.name}" lacks a choice that is needed, and the token may not add it.`,
    { hint: `Add the choices ${processing}, ${complete} and ${failed} to it by hand.` },
  );
}
