import { assertNever } from "@understudy/render";
import { isSameCell, type Change, type Step } from "./commit.js";
import { showCellToHook, type FileAddresses } from "./show-cell.js";
import { watchesTable, type Hook } from "./hook.js";
import type { Cell, StoredField } from "./model.js";

type ById = Record<string, unknown>;

/** What a payload says of a change. */
export interface HookNews {
  readonly changedTablesById?: Readonly<ById>;
  readonly createdTablesById?: Readonly<ById>;
  readonly destroyedTableIds?: readonly string[];
}

interface TableNews {
  readonly createdRecordsById: ById;
  readonly changedRecordsById: ById;
  readonly destroyedRecordIds: string[];
  readonly createdFieldsById: ById;
  readonly changedFieldsById: ById;
  readonly destroyedFieldIds: string[];
}

/**
 * What a webhook is told of a change; undefined when its filters leave nothing. Members that would be empty are not there.
 * That a record which was made is told although no watched cell is filled is a guess.
 * Source: https://airtable.com/developers/web/api/model/webhooks-payload
 */
export function newsOf(hook: Hook, change: Change, files: FileAddresses): HookNews | undefined {
  const { filters } = hook.options;
  if (!watchesTable(hook, change.table) || !(filters.fromSources?.includes(change.source) ?? true)) {
    return undefined;
  }
  const news: TableNews = {
    createdRecordsById: {},
    changedRecordsById: {},
    destroyedRecordIds: [],
    createdFieldsById: {},
    changedFieldsById: {},
    destroyedFieldIds: [],
  };
  const tables: { -readonly [Key in keyof HookNews]: HookNews[Key] } = {};
  for (const step of change.steps.filter((step) => isWatched(hook, step))) {
    if (step.kind === "table-created") {
      tables.createdTablesById = { [change.table.id]: { metadata: { name: change.table.name } } };
    } else if (step.kind === "table-removed") {
      tables.destroyedTableIds = [change.table.id];
    } else {
      noteStep(news, step, hook, change, files);
    }
  }
  const said = Object.entries(news).filter(([, part]) => Object.keys(part as object).length > 0);
  if (said.length > 0) {
    tables.changedTablesById = { [change.table.id]: Object.fromEntries(said) };
  }
  return Object.keys(tables).length > 0 ? tables : undefined;
}

const typesOf = {
  "record-created": ["tableData", "add"],
  "record-changed": ["tableData", "update"],
  "record-removed": ["tableData", "remove"],
  "field-created": ["tableFields", "add"],
  "field-changed": ["tableFields", "update"],
  "field-removed": ["tableFields", "remove"],
  "table-created": ["tableMetadata", "add"],
  "table-removed": ["tableMetadata", "remove"],
} as const satisfies Record<Step["kind"], unknown>;

function isWatched({ options: { filters } }: Hook, step: Step): boolean {
  const [dataType, changeType] = typesOf[step.kind];
  return (
    filters.dataTypes.includes(dataType) &&
    (filters.changeTypes?.includes(changeType) ?? true) &&
    (step.kind !== "field-changed" || (filters.watchSchemasOfFieldIds?.includes(step.after.id) ?? true))
  );
}

type TableStep = Exclude<Step, { readonly kind: "table-created" | "table-removed" }>;

function noteStep(news: TableNews, step: TableStep, hook: Hook, change: Change, files: FileAddresses): void {
  const watched = [...change.table.fields.values()].filter(
    ({ id }) => hook.options.filters.watchDataInFieldIds?.includes(id) ?? true,
  );
  const shown = (fields: readonly StoredField[], cells: ReadonlyMap<string, Cell>) => ({
    cellValuesByFieldId: Object.fromEntries(
      fields.map((field) => {
        const cell = cells.get(field.id);
        return [field.id, cell === undefined ? null : showCellToHook(field, cell, change.base, files)];
      }),
    ),
  });
  switch (step.kind) {
    case "record-created": {
      const { id, createdTime, cells } = step.record;
      news.createdRecordsById[id] = {
        createdTime,
        ...shown(
          watched.filter((field) => cells.has(field.id)),
          cells,
        ),
      };
      break;
    }
    case "record-changed": {
      const { before, after } = step;
      const isChanged = ({ id }: StoredField) => !isSameCell(before.get(id), after.get(id));
      const changed = watched.filter(isChanged);
      if (changed.length > 0) {
        const { includePreviousCellValues: withPrevious } = hook.options.includes ?? {};
        const unchanged = includedFields(hook, change).filter((field) => !isChanged(field));
        news.changedRecordsById[step.recordId] = {
          current: shown(changed, after),
          ...(withPrevious === true && { previous: shown(changed, before) }),
          ...(unchanged.length > 0 && { unchanged: shown(unchanged, after) }),
        };
      }
      break;
    }
    case "record-removed":
      news.destroyedRecordIds.push(step.recordId);
      break;
    case "field-created":
      news.createdFieldsById[step.field.id] = { name: step.field.name, type: step.field.type };
      break;
    case "field-changed":
      news.changedFieldsById[step.after.id] = changedField(step.before, step.after, hook);
      break;
    case "field-removed":
      news.destroyedFieldIds.push(step.fieldId);
      break;
    default:
      assertNever(step);
  }
}

function includedFields(hook: Hook, change: Change): readonly StoredField[] {
  const included = hook.options.includes?.includeCellValuesInFieldIds ?? [];
  return [...change.table.fields.values()].filter(({ id }) => included === "all" || included.includes(id));
}

function changedField(before: StoredField, after: StoredField, hook: Hook) {
  const parts = (field: StoredField) => ({
    ...(before.name !== after.name && { name: field.name }),
    ...(before.type !== after.type && { type: field.type }),
  });
  const withPrevious = hook.options.includes?.includePreviousFieldDefinitions === true;
  return { current: parts(after), ...(withPrevious && { previous: parts(before) }) };
}
