import { z } from "zod";
import type { StoredBase, StoredTable } from "./model.js";

const fieldIds = z.array(z.string());

const sources = z.enum(
  "client publicApi formSubmission formPageSubmission automation system sync anonymousUser unknown".split(" "),
);

/** What a webhook watches. Source: https://airtable.com/developers/web/api/model/webhooks-specification */
export const hookOptions = z.strictObject({
  filters: z.strictObject({
    dataTypes: z.array(z.enum(["tableData", "tableFields", "tableMetadata"])).min(1),
    recordChangeScope: z.string().optional(),
    changeTypes: z.array(z.enum(["add", "remove", "update"])).optional(),
    fromSources: z.array(sources).optional(),
    watchDataInFieldIds: fieldIds.optional(),
    watchSchemasOfFieldIds: fieldIds.optional(),
  }),
  includes: z
    .strictObject({
      includeCellValuesInFieldIds: z.union([z.literal("all"), fieldIds]).optional(),
      includePreviousCellValues: z.boolean().optional(),
      includePreviousFieldDefinitions: z.boolean().optional(),
    })
    .optional(),
});

/** Filters and includes of a webhook. */
export type HookOptions = z.infer<typeof hookOptions>;

/** Something that happened, as a program reads it. */
export interface StoredPayload {
  /** Counts up from 1, never reset. */
  readonly number: number;
  readonly atMs: number;
  readonly payload: unknown;
}

/** How the last notification went. */
export type NotificationResult =
  | {
      readonly success: true;
      readonly completionTimestamp: string;
      readonly durationMs: number;
      readonly retryNumber: number;
    }
  | {
      readonly success: false;
      readonly error: { readonly message: string };
      readonly completionTimestamp: string;
      readonly durationMs: number;
      readonly retryNumber: number;
      readonly willBeRetried: boolean;
    };

/** A webhook. */
export interface Hook {
  readonly id: string;
  readonly base: StoredBase;
  readonly notificationUrl: string | null;
  readonly options: HookOptions;
  readonly macSecret: Uint8Array;
  /** Milliseconds. */
  expiresAt: number;
  /** False once it watches something that is gone. */
  isValid: boolean;
  areNotificationsEnabled: boolean;
  nextNumber: number;
  payloads: readonly StoredPayload[];
  lastResult: NotificationResult | null;
  lastSuccess: string | null;
}

/** Whether a webhook watches this table. A view holds all records of its table here. */
export function watchesTable(hook: Hook, table: StoredTable): boolean {
  const scope = hook.options.filters.recordChangeScope;
  return scope === undefined || scope === table.id || scope === table.viewId;
}

/** Fields that a webhook names. */
export function namedFields({ filters, includes }: HookOptions): readonly string[] {
  const included = includes?.includeCellValuesInFieldIds;
  return [
    ...(filters.watchDataInFieldIds ?? []),
    ...(filters.watchSchemasOfFieldIds ?? []),
    ...(Array.isArray(included) ? included : []),
  ];
}
