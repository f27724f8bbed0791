import { isId, makeId } from "./ids.js";
import { listQueryOfBody, listQueryOfUrl, type ListQuery } from "./list-query.js";
import { fieldOf, type Cell, type StoredField, type StoredRecord, type StoredTable } from "./model.js";
import { readFormula } from "./formula.js";
import { showRecord } from "./show-record.js";
import { invalid, Refusal } from "./refusal.js";
import type { Route, Visit } from "./route.js";
import type { World } from "./world.js";

/** How long Airtable remembers where a page ended. Not documented but for "a few minutes". */
const iteratorMs = 5 * 60_000;

/** Where lists that go on are. */
export interface PageBook {
  readonly routes: readonly Route[];
  /** What a restart of Airtable's servers does: no list goes on. */
  forget(): void;
}

interface Iterator {
  readonly tableId: string;
  readonly recordIds: readonly string[];
  usedAt: number;
}

/**
 * Lists of records. Which records it holds is settled by the first page; their cells are shown as they are then. The same
 * offset gives the same page again. Source: https://airtable.com/developers/web/api/list-records
 */
export function createPageBook(): PageBook {
  const iterators = new Map<string, Iterator>();
  const list = (visit: Visit, query: ListQuery) => {
    const table = visit.table();
    const fields = query.fields?.map((name) => knownField(table, name));
    const page =
      query.offset === undefined ? firstPage(table, query) : nextPage(iterators, visit.world, table, query.offset);
    const size = query.pageSize ?? 100;
    const next = page.recordIds[page.start + size];
    const records = page.recordIds
      .slice(page.start, page.start + size)
      .flatMap((id) => table.records.get(id) ?? [])
      .map((record) =>
        showRecord(record, table, visit.world.files, { byId: query.returnFieldsByFieldId ?? false, fields }),
      );
    if (next !== undefined) {
      iterators.set(page.id, { tableId: table.id, recordIds: page.recordIds, usedAt: visit.world.now() });
    }
    return { records, ...(next !== undefined && { offset: `${page.id}/${next}` }) };
  };
  return {
    routes: [
      {
        method: "GET",
        path: "/v0/:base/:table",
        scopes: ["data.records:read"],
        act: (visit) => list(visit, listQueryOfUrl(visit.query)),
      },
      {
        method: "POST",
        path: "/v0/:base/:table/listRecords",
        scopes: ["data.records:read"],
        act: (visit) => list(visit, listQueryOfBody(visit.body)),
      },
    ],
    forget() {
      iterators.clear();
    },
  };
}

interface Page {
  readonly id: string;
  readonly recordIds: readonly string[];
  readonly start: number;
}

function firstPage(table: StoredTable, query: ListQuery): Page {
  if (query.view !== undefined && query.view !== table.viewId && query.view !== "Grid view") {
    throw invalid("VIEW_NAME_NOT_FOUND", `View ${query.view} not found`);
  }
  const fits = query.filterByFormula ? readFormula(query.filterByFormula, table) : () => true;
  const found = sorted([...table.records.values()].filter(fits), table, query);
  return { id: makeId("itr"), recordIds: found.slice(0, query.maxRecords).map(({ id }) => id), start: 0 };
}

function nextPage(iterators: ReadonlyMap<string, Iterator>, world: World, table: StoredTable, offset: string): Page {
  const [id = "", recordId = ""] = offset.split("/");
  if (!isId("itr", id) || !isId("rec", recordId)) {
    throw invalid("INVALID_OFFSET_VALUE", `The value of offset ${offset} is invalid`);
  }
  const iterator = iterators.get(id);
  const start = iterator?.recordIds.indexOf(recordId) ?? -1;
  if (iterator?.tableId !== table.id || start < 0 || world.now() - iterator.usedAt > iteratorMs) {
    throw new Refusal(422, { error: { type: "LIST_RECORDS_ITERATOR_NOT_AVAILABLE" } });
  }
  return { id, recordIds: iterator.recordIds, start };
}

function sorted(records: readonly StoredRecord[], table: StoredTable, query: ListQuery): readonly StoredRecord[] {
  const keys = (query.sort ?? []).map(({ field, direction }) => ({
    id: knownField(table, field).id,
    sign: direction === "desc" ? -1 : 1,
  }));
  return records.toSorted((one, other) => {
    const orders = keys.map(({ id, sign }) => sign * compared(one.cells.get(id), other.cells.get(id)));
    return orders.find((order) => order !== 0) ?? 0;
  });
}

/** Empty cells come first. */
function compared(one: Cell | undefined, other: Cell | undefined): number {
  if (typeof one === "number" && typeof other === "number") {
    return one - other;
  }
  const [left, right] = [String(one ?? ""), String(other ?? "")];
  return left === right ? 0 : left < right ? -1 : 1;
}

function knownField(table: StoredTable, name: string): StoredField {
  const field = fieldOf(table, name);
  if (field === undefined) {
    throw invalid("UNKNOWN_FIELD_NAME", `Unknown field name: "${name}"`);
  }
  return field;
}
