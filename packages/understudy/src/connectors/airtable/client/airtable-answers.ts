import { z } from "zod";
import { permissionLevels } from "./airtable-client.js";

/** Id of a record; it goes into paths and formulas. */
export const recordId = z.string().regex(/^rec[A-Za-z0-9]{1,40}$/);

const id = z.string().regex(/^[a-z]{3}[A-Za-z0-9]{1,40}$/);

/** Whose token it is; its scopes are told for OAuth alone. */
export const whoamiAnswer = z.object({ scopes: z.array(z.string()).optional() });

/** The bases that a token has access to. */
export const basesAnswer = z.object({ bases: z.array(z.object({ id, permissionLevel: z.enum(permissionLevels) })) });

/** A column. Options of other types have other shapes. */
export const fieldAnswer = z.object({
  id,
  name: z.string(),
  type: z.string(),
  options: z
    .object({ choices: z.array(z.object({ name: z.string() })).exactOptional() })
    .catch({})
    .exactOptional(),
});

/** A table. */
export const tableAnswer = z.object({ id, name: z.string(), fields: z.array(fieldAnswer) });

/** The tables of a base. */
export const tablesAnswer = z.object({ tables: z.array(tableAnswer) });

/** A record. */
export const recordAnswer = z
  .object({ id: recordId, fields: z.record(z.string(), z.unknown()) })
  .transform(({ id, fields }) => ({ id, cells: fields }));

/** A page of records, or those that were changed. */
export const recordsAnswer = z.object({ records: z.array(recordAnswer), offset: z.string().nullish() });

/** What an attachment cell holds. */
export const attachmentsCell = z.array(z.object({ id, url: z.string() }));

/** A webhook that was just made; the only time that its secret is told. */
export const madeHookAnswer = z.object({ id, macSecretBase64: z.base64().min(1) });

/** The webhooks of a base. */
export const hooksAnswer = z.object({
  webhooks: z.array(
    z.object({
      id,
      areNotificationsEnabled: z.boolean(),
      isHookEnabled: z.boolean(),
      notificationUrl: z.string().nullish(),
    }),
  ),
});
