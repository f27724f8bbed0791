/** A file in an attachment cell: bytes that we serve, or the address that a program gave, which is not fetched here. */
export interface StoredAttachment {
  readonly id: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly from: { readonly bytes: Uint8Array } | { readonly url: string };
}

/** What a cell that is not empty holds. Selects hold names of choices, links hold ids of records. */
export type Cell = string | number | true | readonly (string | number)[] | readonly StoredAttachment[];

/** Cells by the ids of their fields. */
export type Cells = Map<string, Cell>;

/** What is to be put into cells; undefined empties. */
export type CellChanges = ReadonlyMap<string, Cell | undefined>;

/** A choice of a select. */
export interface StoredChoice {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** A column. */
export interface StoredField {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A row. */
export interface StoredRecord {
  readonly id: string;
  /** RFC 3339. */
  readonly createdTime: string;
  readonly cells: Cells;
}

/** A table; records in the order they were made. */
export interface StoredTable {
  readonly id: string;
  readonly name: string;
  readonly primaryFieldId: string;
  readonly viewId: string;
  readonly fields: Map<string, StoredField>;
  readonly records: Map<string, StoredRecord>;
}

/** A base. */
export interface StoredBase {
  readonly id: string;
  readonly name: string;
  readonly tables: Map<string, StoredTable>;
  /** How many transactions there were. */
  transactions: number;
}

/** Who did something: a person in Airtable's own program, or a program through the Web API. */
export type ChangeSource = "client" | "publicApi";

/** Finds a field by its id or its name. */
export function fieldOf(table: StoredTable, idOrName: string): StoredField | undefined {
  return table.fields.get(idOrName) ?? [...table.fields.values()].find((field) => field.name === idOrName);
}

/** Finds a table by its id or its name. */
export function tableOf(base: StoredBase, idOrName: string): StoredTable | undefined {
  return base.tables.get(idOrName) ?? [...base.tables.values()].find((table) => table.name === idOrName);
}

/** Choices of a select; none for another type. */
export function choicesOf(field: StoredField): readonly StoredChoice[] {
  return (field.options?.["choices"] as readonly StoredChoice[] | undefined) ?? [];
}
