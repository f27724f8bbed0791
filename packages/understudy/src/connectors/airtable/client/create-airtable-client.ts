import { z } from "zod";
import {
  maxUploadBytes,
  type AirtableClient,
  type AirtableClientOptions,
  type AirtableRecord,
  type NewAirtableHook,
} from "./airtable-client.js";
import { AirtableFailure } from "./airtable-failure.js";
import {
  attachmentsCell,
  basesAnswer,
  fieldAnswer,
  hooksAnswer,
  madeHookAnswer,
  recordAnswer,
  recordsAnswer,
  tableAnswer,
  tablesAnswer,
  whoamiAnswer,
} from "./airtable-answers.js";
import { createAsk } from "./ask-airtable.js";
import { newsOf, payloadsAnswer } from "./hook-news.js";

/** Makes a client of Airtable's Web API; it holds nothing open. */
export function createAirtableClient(options: AirtableClientOptions): AirtableClient {
  const ask = createAsk(options);
  return {
    async scopes() {
      return (await ask({ path: "meta/whoami" }, whoamiAnswer)).scopes;
    },

    async bases() {
      return (await ask({ path: "meta/bases" }, basesAnswer)).bases;
    },
    async tables(baseId) {
      return (await ask({ baseId, path: path`meta/bases/${baseId}/tables` }, tablesAnswer)).tables;
    },
    async createTable(baseId, name, fields) {
      const where = path`meta/bases/${baseId}/tables`;
      return ask({ baseId, method: "POST", path: where, body: { name, fields } }, tableAnswer);
    },
    async createField(baseId, tableId, field) {
      const where = path`meta/bases/${baseId}/tables/${tableId}/fields`;
      return ask({ baseId, method: "POST", path: where, body: field }, fieldAnswer);
    },

    async listRecords(baseId, tableId, { formula, fieldIds, offset }) {
      const body = {
        fields: fieldIds,
        returnFieldsByFieldId: true,
        ...(formula !== undefined && { filterByFormula: formula }),
        ...(offset !== undefined && { offset }),
      };
      // A GET would have to fit its formula into 16,000 characters of address.
      const where = path`${baseId}/${tableId}/listRecords`;
      const { records, offset: next } = await ask({ baseId, method: "POST", path: where, body }, recordsAnswer);
      return { records, ...(typeof next === "string" && { offset: next }) };
    },
    async record(baseId, tableId, recordId) {
      const where = path`${baseId}/${tableId}/${recordId}`;
      return ask({ baseId, path: `${where}?returnFieldsByFieldId=true` }, recordAnswer);
    },
    async updateRecords(baseId, tableId, updates) {
      const body = { records: updates.map(toUpdate), typecast: true };
      const where = path`${baseId}/${tableId}`;
      await ask({ baseId, method: "PATCH", path: where, body }, recordsAnswer);
    },
    async uploadAttachment(baseId, recordId, fieldId, { fileName, mediaType, bytes }) {
      if (bytes.byteLength > maxUploadBytes) throw new AirtableFailure("refused", "FILE_TOO_LARGE");
      const body = { contentType: mediaType, filename: fileName, file: Buffer.from(bytes).toString("base64") };
      const where = path`${baseId}/${recordId}/${fieldId}/uploadAttachment`;
      const { cells } = await ask({ baseId, method: "POST", path: where, body, isUpload: true }, recordAnswer);
      // The file is there, whatever the answer says: a failure would have it sent again.
      return attachmentsCell.safeParse(cells[fieldId]).data ?? [];
    },

    async hooksFor(baseId, notificationUrl) {
      const { webhooks } = await ask({ baseId, path: path`bases/${baseId}/webhooks` }, hooksAnswer);
      return webhooks.filter((hook) => hook.notificationUrl === notificationUrl).map(({ id }) => id);
    },
    async createHook(baseId, hook) {
      const where = path`bases/${baseId}/webhooks`;
      return ask({ baseId, method: "POST", path: where, body: hookBody(hook) }, madeHookAnswer);
    },
    async refreshHook(baseId, hookId) {
      const where = path`bases/${baseId}/webhooks/${hookId}/refresh`;
      await ask({ baseId, method: "POST", path: where }, z.unknown());
    },
    async hookState(baseId, hookId) {
      const { webhooks } = await ask({ baseId, path: path`bases/${baseId}/webhooks` }, hooksAnswer);
      const hook = webhooks.find(({ id }) => id === hookId);
      return hook?.isHookEnabled === true ? { isNotifying: hook.areNotificationsEnabled } : undefined;
    },
    async enableNotifications(baseId, hookId) {
      const where = path`bases/${baseId}/webhooks/${hookId}/enableNotifications`;
      await ask({ baseId, method: "POST", path: where, body: { enable: true } }, z.unknown());
    },
    async removeHook(baseId, hookId) {
      const where = path`bases/${baseId}/webhooks/${hookId}`;
      await ask({ baseId, method: "DELETE", path: where }, z.unknown());
    },
    async listNews(baseId, hookId, tableId, cursor) {
      const where = path`bases/${baseId}/webhooks/${hookId}/payloads`;
      return newsOf(await ask({ baseId, path: `${where}?cursor=${cursor}&limit=50` }, payloadsAnswer), tableId);
    },
  };
}

/** A path with ids in it, which need no escaping then. @throws AirtableFailure `missing` for what is no id. */
function path(texts: TemplateStringsArray, ...ids: readonly string[]): string {
  for (const id of ids) {
    if (!/^(app|tbl|rec|fld|ach)[A-Za-z0-9]{1,40}$/.test(id)) throw new AirtableFailure("missing", "NOT_AN_ID");
  }
  return String.raw({ raw: texts }, ...ids);
}

function toUpdate({ id, cells }: AirtableRecord): object {
  return { id, fields: cells };
}

/** Changes from every source: a customer's own program may set a row to Pending, too. */
function hookBody({ notificationUrl, tableId, fieldIds }: NewAirtableHook): object {
  const filters = {
    dataTypes: ["tableData", "tableFields"],
    recordChangeScope: tableId,
    watchDataInFieldIds: fieldIds,
    watchSchemasOfFieldIds: fieldIds,
  };
  return { notificationUrl, specification: { options: { filters } } };
}
