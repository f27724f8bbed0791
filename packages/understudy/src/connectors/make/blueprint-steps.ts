import { briefColumns } from "#connectors/brief-spellings.js";
import type { BlueprintFilter, Step } from "./blueprint.js";

/** The table whose rows a scenario changes. */
export interface MakeTable {
  /** `app` and 14 characters; undefined: chosen in the editor. */
  readonly baseId?: string;
  /** `tbl` and 14 characters, or its name; undefined: chosen in the editor. */
  readonly tableId?: string;
  /** Columns by id (`fld...`) or by name; default the brief's names. Make's own exports have ids. */
  readonly columns?: Partial<MakeColumns>;
}

/** Columns that scenarios write. */
export interface MakeColumns {
  readonly status: string;
  readonly output: string;
  readonly error: string;
}

/** The columns of a table, the brief's where nothing else is said. */
export function columnsOf({ columns }: MakeTable): MakeColumns {
  const { status, output, error } = briefColumns;
  return { status, output, error, ...columns };
}

/** Begins a scenario whenever somebody posts JSON to an address that Make gives out. */
export function receive(label: string): Step {
  return { module: "gateway:CustomWebHook", version: 1, parameters: { maxResults: 1 }, mapper: {}, label };
}

/** Reads a row. @param columns that later steps use; its output has ids in the place of names if all of them are ids. */
export function readRow(
  label: string,
  { baseId, tableId }: MakeTable,
  { recordId, columns }: { readonly recordId: string; readonly columns: readonly string[] },
): Step {
  return {
    module: "airtable:ActionGetRecord",
    version: 3,
    parameters: {},
    mapper: {
      ...(baseId !== undefined && { base: baseId }),
      ...(tableId !== undefined && { table: tableId }),
      useColumnId: columns.every((column) => /^fld[A-Za-z0-9]{14}$/.test(column)),
      id: recordId,
    },
    label,
  };
}

/** Changes a row. `typecast`: an option that the select does not have yet is made, if the connection's user may. */
export function updateRow(
  label: string,
  { baseId, tableId }: MakeTable,
  {
    recordId,
    record,
    filter,
  }: { recordId: string; record: Readonly<Record<string, string>>; filter?: BlueprintFilter },
): Step {
  return {
    module: "airtable:ActionUpdateRecords",
    version: 3,
    parameters: {},
    ...(filter !== undefined && { filter }),
    mapper: {
      ...(baseId !== undefined && { base: baseId }),
      ...(tableId !== undefined && { table: tableId }),
      typecast: true,
      useColumnId: false,
      id: recordId,
      record,
    },
    label,
  };
}

/** Posts JSON. A refusal does not end the scenario: the next step reads the answer. */
export function postJson(label: string, url: string, body: unknown): Step {
  return {
    module: "http:MakeRequest",
    version: 4,
    parameters: { authenticationType: "noAuth" },
    mapper: {
      url,
      method: "post",
      headers: [
        { name: "Authorization", value: "Bearer <API_KEY>" },
        { name: "Content-Type", value: "application/json" },
      ],
      queryParameters: [],
      contentType: "json",
      inputMethod: "jsonString",
      jsonStringBodyContent: JSON.stringify(body, null, 2),
      parseResponse: true,
      stopOnHttpError: false,
      allowRedirects: true,
      shareCookies: false,
      requestCompressedContent: true,
    },
    label,
  };
}
