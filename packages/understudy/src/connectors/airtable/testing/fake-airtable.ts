import type {
  AirtableBase,
  AirtableClient,
  AirtableField,
  AirtableTable,
  NewAirtableField,
} from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { newColumn, usualRoles } from "#connectors/airtable/connections/column-roles.js";
import type { TokenScope } from "#connectors/airtable/connections/token-scopes.js";

/** What a made-up base has, and what its token may do. */
export interface FakeAirtableOptions {
  readonly tables?: readonly AirtableTable[];
  /** Default all. */
  readonly lacks?: readonly TokenScope[];
  /** As Airtable tells them of an OAuth token; default not at all. */
  readonly told?: readonly string[];
  /** What its user may do in the base; default everything. Undefined: it has no access to the base. */
  readonly level?: AirtableBase["permissionLevel"] | undefined;
  /** What every request fails with. */
  readonly failure?: AirtableFailure;
  /** Webhooks that are there, and whether they notify. */
  readonly hooks?: Readonly<Record<string, boolean>>;
}

/** A client of one base in memory, for what looks at schemas; rows are none. */
export interface FakeAirtable {
  readonly client: AirtableClient;
  readonly tables: AirtableTable[];
}

/** The base of every fake. */
export const fakeBaseId = "app00000000000001";

/** A table with these columns, which have ids of their own. Default the usual ones. */
export function fakeTable(name: string, fields: readonly NewAirtableField[] = usualFields): AirtableTable {
  return { id: makeId("tbl"), name, fields: fields.map(withId) };
}

/** All columns but that of consent, as they are made. */
export const usualFields: readonly NewAirtableField[] = usualRoles.map((role) => newColumn(role));

/** Makes the fake. */
export function createFakeAirtable(options: FakeAirtableOptions = {}): FakeAirtable {
  const { level } = { level: "create" as const, ...options };
  const tables = [...(options.tables ?? [])];
  const assert = (scope?: TokenScope): void => {
    if (options.failure !== undefined) throw options.failure;
    if (scope === undefined || options.lacks?.includes(scope) !== true) return;
    throw new AirtableFailure("forbidden", "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", 403);
  };
  const client: Partial<AirtableClient> = {
    async scopes() {
      assert();
      return options.told;
    },
    async bases() {
      assert("schema.bases:read");
      return level === undefined ? [] : [{ id: fakeBaseId, permissionLevel: level }];
    },
    async tables() {
      assert("schema.bases:read");
      if (level === undefined) throw new AirtableFailure("forbidden", "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", 403);
      return tables;
    },
    async createTable(_, name, fields) {
      assert("schema.bases:write");
      const table = fakeTable(name, fields);
      tables.push(table);
      return table;
    },
    async createField(_, tableId, field) {
      assert("schema.bases:write");
      const index = tables.findIndex(({ id }) => id === tableId);
      const [table, made] = [tables[index]!, withId(field)];
      tables[index] = { ...table, fields: [...table.fields, made] };
      return made;
    },
    async listRecords() {
      assert("data.records:read");
      return { records: [] };
    },
    async hookState(_, hookId) {
      assert("webhook:manage");
      const isNotifying = options.hooks?.[hookId];
      return isNotifying === undefined ? undefined : { isNotifying };
    },
  };
  return { client: client as AirtableClient, tables };
}

let made = 0;

function makeId(kind: "tbl" | "fld"): string {
  return `${kind}${String((made += 1)).padStart(14, "0")}`;
}

function withId(field: NewAirtableField): AirtableField {
  return { id: makeId("fld"), ...field } as AirtableField;
}
