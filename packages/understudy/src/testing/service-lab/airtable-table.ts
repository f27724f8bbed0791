import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { openAirtableStandIn, type AirtableStandIn } from "#connectors/airtable/testkit/stand-in.js";
import type { ShownRecord } from "#connectors/airtable/testkit/show-record.js";
import { runCommand } from "./run-command.js";

/** A table at a stand-in for Airtable with its real limits, for processes of the service to work on. */
export interface AirtableTable {
  readonly airtable: AirtableStandIn;
  readonly baseId: string;
  readonly tableId: string;
  /** Where Airtable is, and the token for it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Connects it by the command. @param environment of the service that works on it. */
  connect(environment: Readonly<Record<string, string>>): Promise<void>;
  /** Rows with these addresses, all set to Pending in one act. @returns their ids. */
  addPending(count: number, inputs: { readonly source: string; readonly face: string }): readonly string[];
  row(recordId: string): ShownRecord["fields"];
  /** How many of the rows say so. */
  countOf(rows: readonly string[], status: string): number;
  /** Requests since the stand-in's request of this index, by what they were for. */
  requestsSince(index: number): RequestCounts;
  close(): Promise<void>;
}

/** Requests to the base, by what they were for. */
export interface RequestCounts {
  readonly all: number;
  readonly writes: number;
  readonly recordsWritten: number;
  readonly lists: number;
  readonly news: number;
  readonly pictures: number;
  readonly refused429: number;
}

const tableName = "Videos";

/** Opens a base with one empty table; `connect` makes its columns. */
export async function openAirtableTable(): Promise<AirtableTable> {
  const airtable = await openAirtableStandIn();
  const token = "patLOAD0000000000.0123456789abcdef";
  airtable.addToken({
    token,
    scopes: ["data.records:read", "data.records:write", "schema.bases:read", "schema.bases:write", "webhook:manage"],
  });
  const base = airtable.addBase({ tables: [{ name: tableName, fields: [{ name: "Name", type: "singleLineText" }] }] });
  const tableId = base.tables[0]!.id;
  const environment = { AIRTABLE_TOKEN: token, AIRTABLE_ENDPOINT_URL: airtable.url };
  const row = (recordId: string): ShownRecord["fields"] => airtable.record(tableId, recordId)!.fields;
  return {
    airtable,
    baseId: base.id,
    tableId,
    environment,
    async connect(serviceEnvironment) {
      const attestation = [
        "--attested-by",
        "Bench",
        "--statement",
        "All agreed.",
        "--use",
        "a test",
        "--age-confirmed",
      ];
      const words = ["--create", ...attestation, "--until", "2126-01-01", "--renders-at-once", "100"];
      await runCommand(["airtable", "connect", base.id, tableName, ...words], serviceEnvironment);
    },
    addPending: (count, { source, face }) =>
      airtable.addRecords(
        tableId,
        Array.from({ length: count }, () => ({
          [briefColumns.source]: source,
          [briefColumns.face]: face,
          [briefColumns.status]: briefStatuses.pending,
        })),
      ),
    row,
    countOf: (rows, status) => rows.filter((recordId) => row(recordId)[briefColumns.status] === status).length,
    requestsSince(index) {
      const requests = airtable.requests.slice(index).filter(({ baseId }) => baseId !== undefined);
      const writes = requests.filter(({ method, path }) => method === "PATCH" && path.endsWith(tableId));
      const count = (ending: string): number => requests.filter(({ path }) => path.endsWith(ending)).length;
      return {
        all: requests.length,
        writes: writes.length,
        recordsWritten: writes.reduce((sum, { records = 0 }) => sum + records, 0),
        lists: count("/listRecords"),
        news: count("/payloads"),
        pictures: count("/uploadAttachment"),
        refused429: requests.filter(({ status }) => status === 429).length,
      };
    },
    close: () => airtable.close(),
  };
}
