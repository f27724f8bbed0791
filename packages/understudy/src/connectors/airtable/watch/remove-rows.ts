import type { ConnectionWork, WorkServices } from "./connection-work.js";

/**
 * Stops what is in work for rows that are not in the table any more, and forgets them: in this order, so that a crash between the two
 * leaves them to be found again.
 */
export async function removeRows(
  recordIds: readonly string[],
  { connection }: ConnectionWork,
  { book, cancel }: Pick<WorkServices, "book" | "cancel">,
): Promise<void> {
  if (recordIds.length === 0) return;
  for (const renderId of await book.inWork(connection.id, recordIds)) await cancel(connection.ownerId, renderId);
  await book.noteGone(connection.id, recordIds);
}
