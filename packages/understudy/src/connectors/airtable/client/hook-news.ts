import { z } from "zod";
import type { HookNews } from "./airtable-client.js";
import { recordId } from "./airtable-answers.js";

/** A page of a webhook's payloads, each still to be read. */
export const payloadsAnswer = z.object({
  cursor: z.int().min(1),
  mightHaveMore: z.boolean(),
  payloads: z.array(z.unknown()),
});

/**
 * Sums up what happened to a table: the last that happened to a record counts.
 * Source: https://airtable.com/developers/web/api/model/webhooks-payload
 */
export function newsOf({ cursor, mightHaveMore, payloads }: z.infer<typeof payloadsAnswer>, tableId: string): HookNews {
  const changed = new Set<string>();
  const removed = new Set<string>();
  let isIncomplete = false;
  for (const payload of payloads) {
    const { data } = payloadSchema.safeParse(payload);
    // A webhook ends with a payload that says `error`, such as when a column that it watched was removed.
    if (data === undefined || data.error === true || data.destroyedTableIds?.includes(tableId) === true) {
      isIncomplete = true;
      continue;
    }
    const table = data.changedTablesById?.[tableId];
    if (table === undefined) continue;
    isIncomplete ||= table.changedFieldsById !== undefined || table.destroyedFieldIds !== undefined;
    for (const id of Object.keys({ ...table.createdRecordsById, ...table.changedRecordsById })) {
      removed.delete(id);
      changed.add(id);
    }
    for (const id of table.destroyedRecordIds ?? []) {
      changed.delete(id);
      removed.add(id);
    }
  }
  return { cursor, mightHaveMore, changedRecordIds: [...changed], removedRecordIds: [...removed], isIncomplete };
}

const recordsById = z.record(recordId, z.unknown()).optional();

const payloadSchema = z.object({
  error: z.boolean().optional(),
  destroyedTableIds: z.array(z.string()).optional(),
  changedTablesById: z
    .record(
      z.string(),
      z.object({
        createdRecordsById: recordsById,
        changedRecordsById: recordsById,
        destroyedRecordIds: z.array(recordId).optional(),
        changedFieldsById: z.unknown().optional(),
        destroyedFieldIds: z.unknown().optional(),
      }),
    )
    .optional(),
});
