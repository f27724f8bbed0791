import type { ConnectionWork, WorkServices } from "./connection-work.js";

/** Forgets rows that are not in the table any more, and stops what is in work for them: nobody waits for it. */
export async function removeRows(
  recordIds: readonly string[],
  { connection }: Pick<ConnectionWork, "connection">,
  { book, cancel }: Pick<WorkServices, "book" | "cancel">,
): Promise<void> {
  if (recordIds.length === 0) return;
  for (const renderId of await book.noteGone(connection.id, recordIds)) await cancel(connection.ownerId, renderId);
}
