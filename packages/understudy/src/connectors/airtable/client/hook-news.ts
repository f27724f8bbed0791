import { z } from "zod";
import { briefStatuses } from "#connectors/brief-spellings.js";
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
    const changes = Object.entries(table.changedRecordsById ?? {}).filter(([, change]) => !isEcho(change));
    for (const id of [...Object.keys(table.createdRecordsById ?? {}), ...changes.map(([id]) => id)]) {
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

const { processing, complete, failed } = briefStatuses;

/** Nothing changed but one cell, to a status of ours: most often we wrote it, and such a row asks for nothing. */
function isEcho(change: unknown): boolean {
  const { data } = changeSchema.safeParse(change);
  const [value, ...others] = Object.values(data?.current.cellValuesByFieldId ?? {});
  return others.length === 0 && [processing, complete, failed].some((status) => status === value);
}

/** A choice of a select is told with its id and colour, a text as it is. */
const cell = z.union([z.object({ name: z.string() }).transform(({ name }) => name), z.unknown()]);

const changeSchema = z.object({ current: z.object({ cellValuesByFieldId: z.record(z.string(), cell) }) });

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
