import type { AirtableRecord } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure, isRefusal } from "#connectors/airtable/client/airtable-failure.js";
import { readRow } from "#connectors/airtable/rows/read-row.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";
import { dropHook } from "./keep-hook.js";
import { isOneOf, listRows } from "./list-rows.js";
import { removeRows } from "./remove-rows.js";

/** Most records that one question may name. */
const maxNamed = 100;

/** How often a list is begun anew that Airtable has forgotten in the middle. */
const maxRestarts = 3;

/** Airtable's word for a list that it has forgotten: it is asked for from its beginning. */
const forgottenList = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE";

/**
 * Takes in what a webhook tells of since its cursor. The cursor moves when the rows of a page were claimed: what is read twice is
 * claimed once.
 * @returns false when it may not be all, so that the table has to be polled.
 */
export async function takeNews(work: ConnectionWork, services: WorkServices): Promise<boolean> {
  const { connection, client, turn } = work;
  const { hook, baseId, tableId } = connection;
  if (hook === undefined) return false;
  let isAll = true;
  for (let cursor = hook.cursor; ;) {
    turn.signal.throwIfAborted();
    const news = await client.listNews(baseId, hook.id, tableId, cursor).catch((thrown: unknown) => {
      // The webhook or its cursor is unknown, as of one that has expired; or the token may not use it any more.
      if (isRefusal(thrown)) return undefined;
      throw thrown;
    });
    if (news === undefined) {
      await dropHook(work, services);
      return false;
    }
    isAll &&= !news.isIncomplete;
    await takeNamed([...new Set([...news.changedRecordIds, ...news.removedRecordIds])], work, services);
    // Without an end of its own, a cursor that stands still would be read for ever.
    const isEnd = !news.mightHaveMore || news.cursor <= cursor;
    cursor = news.cursor;
    await services.connections.noteHook(connection.id, { ...hook, cursor });
    if (isEnd) return isAll;
  }
}

/** Takes in all rows that say Pending. */
export async function pollTable(work: ConnectionWork, services: WorkServices): Promise<void> {
  // By the column's id, which needs no escaping and survives another name; people type into columns of text.
  const formula = `LOWER(TRIM({${work.connection.columns.status.id}}))='${briefStatuses.pending.toLowerCase()}'`;
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const records of listRows(formula, work)) await claimAll(records, work, services);
      return;
    } catch (thrown) {
      const isForgotten = thrown instanceof AirtableFailure && thrown.type === forgottenList;
      if (!isForgotten || restarts === maxRestarts) throw thrown;
    }
  }
}

/** Reads rows again that something happened to. One that is not there any more was removed, whatever was said of it before. */
async function takeNamed(recordIds: readonly string[], work: ConnectionWork, services: WorkServices): Promise<void> {
  for (let from = 0; from < recordIds.length; from += maxNamed) {
    const named = recordIds.slice(from, from + maxNamed);
    const left = new Set(named);
    for await (const records of listRows(isOneOf(named), work)) {
      for (const { id } of records) left.delete(id);
      await claimAll(records, work, services);
    }
    await removeRows([...left], work, services);
  }
}

/**
 * Claims the rows of a page; their addresses are looked up side by side. One that cannot be claimed does not keep the others from it.
 * @throws what was thrown for the first one that could not.
 */
async function claimAll(
  records: readonly AirtableRecord[],
  work: ConnectionWork,
  { claim }: WorkServices,
): Promise<void> {
  const claims = await Promise.allSettled(records.map(async (record) => claim(work, readRow(record, work.connection))));
  const failed = claims.find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
