import { assertNever } from "@understudy/render";
import { lastLook } from "#connectors/airtable/rows/last-look.js";
import { readRow } from "#connectors/airtable/rows/read-row.js";
import type { DueRow } from "#connectors/airtable/rows/row-book.js";
import { tellsEnd } from "#connectors/airtable/rows/row-cells.js";
import type { SeenRow } from "#connectors/airtable/rows/row.js";
import { isOutage } from "#postgres/through-outages.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";
import { isOneOf, listRows } from "./list-rows.js";
import { removeRows } from "./remove-rows.js";

/**
 * Reads those rows once more, all by one request, that are about to be told an end. One that was removed is forgotten, and one that asks
 * for something else by now is claimed in its place.
 * @returns those that may be told, knowing what they hold.
 * @throws AirtableFailure; UnderstudyError `database-unavailable`.
 */
export async function lookAtEnds(
  due: readonly DueRow[],
  work: ConnectionWork,
  services: WorkServices,
): Promise<readonly DueRow[]> {
  const ends = due.filter(tellsEnd);
  if (ends.length === 0) return due;
  const seen = await readAgain(ends, work);
  const told = due.filter((row) => !tellsEnd(row));
  const gone: string[] = [];
  for (const row of ends) {
    const { recordId } = row.known;
    const look = lastLook(row, seen.get(recordId));
    switch (look.kind) {
      case "gone":
        gone.push(recordId);
        break;
      case "claim":
        await claimAgain(seen.get(recordId)!, work, services);
        break;
      case "tell":
        told.push(look.row);
        break;
      default:
        assertNever(look);
    }
  }
  await removeRows(gone, work, services);
  return told;
}

async function readAgain(rows: readonly DueRow[], work: ConnectionWork): Promise<ReadonlyMap<string, SeenRow>> {
  const seen = new Map<string, SeenRow>();
  for await (const records of listRows(isOneOf(rows.map(({ known }) => known.recordId)), work)) {
    for (const record of records) seen.set(record.id, readRow(record, work.connection));
  }
  return seen;
}

/** One that cannot be claimed is neither told an end that it does not wait for, nor does it keep others from theirs. */
async function claimAgain(seen: SeenRow, work: ConnectionWork, { book, claim }: WorkServices): Promise<void> {
  try {
    await claim(work, seen);
  } catch (thrown) {
    if (isOutage(thrown)) throw thrown;
    await book.notePostponed(work.connection.id, seen.recordId);
  }
}
