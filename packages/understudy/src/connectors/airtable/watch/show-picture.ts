import { buffer } from "node:stream/consumers";
import { UnderstudyError } from "@understudy/render";
import { maxUploadBytes } from "#connectors/airtable/client/airtable-client.js";
import { isRefusal } from "#connectors/airtable/client/airtable-failure.js";
import type { DuePicture } from "#connectors/airtable/rows/row-book.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";

/**
 * Puts the picture of one finished render into its row.
 * @returns whether there was one.
 */
export async function showPicture(work: ConnectionWork, services: WorkServices): Promise<boolean> {
  const { connection } = work;
  const { id, columns } = connection;
  if (columns.thumbnail === undefined) return false;
  const picture = await services.book.duePicture(id);
  if (picture === undefined) return false;
  const bytes = await readPicture(picture, services);
  if (bytes !== undefined) await upload(picture, bytes, columns.thumbnail.id, work, services);
  await services.book.notePicture(id, picture.recordId, picture.renderId);
  return true;
}

/** @returns undefined when it was removed meanwhile, or is too large for Airtable. */
async function readPicture(
  { file }: DuePicture,
  { artifacts }: Pick<WorkServices, "artifacts">,
): Promise<Buffer | undefined> {
  if (file.byteLength > maxUploadBytes) return undefined;
  try {
    return await buffer(await artifacts.open(file.key));
  } catch (thrown) {
    if (thrown instanceof UnderstudyError && thrown.code === "artifact-missing") return undefined;
    throw thrown;
  }
}

/** An upload adds to what the cell holds, as when the answer to one was lost: the newest alone stays. */
async function upload(
  { file, recordId }: DuePicture,
  bytes: Buffer,
  fieldId: string,
  { connection, client }: ConnectionWork,
  { log }: Pick<WorkServices, "log">,
): Promise<void> {
  const { fileName, mediaType } = file;
  const { id: connectionId, baseId, tableId } = connection;
  try {
    const held = await client.uploadAttachment(baseId, recordId, fieldId, { fileName, mediaType, bytes });
    const newest = held.at(-1);
    if (newest === undefined || held.length === 1) return;
    await client.updateRecords(baseId, tableId, [{ id: recordId, cells: { [fieldId]: [{ id: newest.id }] } }]);
  } catch (thrown) {
    // The row or the column is gone, or takes no file: that is no reason to try for ever.
    if (!isRefusal(thrown)) throw thrown;
    log.warn({ connectionId, airtable: thrown.type }, "a row does not take its picture");
  }
}
