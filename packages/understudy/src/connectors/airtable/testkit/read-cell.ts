import { invalid } from "./refusal.js";
import { choicesOf } from "./model.js";
import { isComputed } from "./field-types.js";
import { readAttachments, readLinks, unfit, type HasRecord } from "./read-items.js";
import type { Cell, StoredField } from "./model.js";

/** How a value is to be taken. */
export interface CellRules {
  /** What does not fit is converted, where that can be done. */
  readonly typecast: boolean;
  /** Whether choices that are not there are made; needs `typecast`. */
  readonly mayAddChoices: boolean;
  /** Cells of computed fields can be set: nobody works them out here. For what a person did to other fields. */
  readonly mayCompute: boolean;
  /** Of linked tables. */
  readonly hasRecord: HasRecord;
}

/** A value as it will be stored; undefined empties the cell. */
export interface ReadCell {
  readonly cell: Cell | undefined;
  /** Names of choices that the field does not have. */
  readonly newChoices: readonly string[];
}

/**
 * Takes a value for a cell. @throws Refusal 422 for one that does not fit.
 * Source: https://airtable.com/developers/web/api/field-model; texts of refusals were seen in public reports of them.
 * @param current what the cell holds: attachments can be kept by their ids.
 */
export function readCell(field: StoredField, value: unknown, current: Cell | undefined, rules: CellRules): ReadCell {
  if (isComputed(field.type)) {
    if (rules.mayCompute) {
      return { cell: anyCell(value), newChoices: [] };
    }
    throw invalid(
      "INVALID_VALUE_FOR_COLUMN",
      `Field "${field.name}" cannot accept a value because the field is computed`,
    );
  }
  if (value === null || (Array.isArray(value) && value.length === 0) || (rules.typecast && value === "")) {
    return { cell: undefined, newChoices: [] };
  }
  switch (field.type) {
    case "singleSelect":
    case "multipleSelects":
      return readChoices(field, value, rules);
    case "multipleAttachments":
      return { cell: readAttachments(field, value, current), newChoices: [] };
    case "multipleRecordLinks":
      return { cell: readLinks(field, value, rules.hasRecord), newChoices: [] };
    default:
      return { cell: readPlain(field, value, rules.typecast), newChoices: [] };
  }
}

function readPlain(field: StoredField, value: unknown, typecast: boolean): Cell | undefined {
  switch (field.type) {
    case "number":
    case "currency":
    case "percent":
    case "duration":
    case "rating": {
      const number = typecast && typeof value === "string" ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? number : unfit(field);
    }
    case "checkbox": {
      const isTicked = typecast && typeof value === "string" ? /^(true|checked|1)$/i.test(value) : value;
      return typeof isTicked === "boolean" ? isTicked || undefined : unfit(field);
    }
    case "date":
    case "dateTime": {
      const time = typeof value === "string" ? new Date(value) : undefined;
      if (time === undefined || Number.isNaN(time.getTime())) {
        return unfit(field);
      }
      return field.type === "date" ? time.toISOString().slice(0, 10) : time.toISOString();
    }
    default: {
      const text = typecast && typeof value !== "object" ? String(value) : value;
      return typeof text === "string" ? text || undefined : unfit(field);
    }
  }
}

function readChoices(field: StoredField, value: unknown, rules: CellRules): ReadCell {
  const isSingle = field.type === "singleSelect";
  const given = isSingle || typeof value === "string" ? [value] : value;
  const texts = Array.isArray(given)
    ? given.map((text: unknown) => (typeof text === "string" ? text : unfit(field)))
    : unfit(field);
  const names = rules.typecast ? texts.flatMap((text) => (isSingle ? text.trim() : splitChoices(text))) : texts;
  const kept = rules.typecast ? names.filter((name) => name !== "") : names;
  const newChoices = kept.filter((name) => !choicesOf(field).some((choice) => choice.name === name));
  if (newChoices[0] !== undefined && !(rules.typecast && rules.mayAddChoices)) {
    throw invalid(
      "INVALID_MULTIPLE_CHOICE_OPTIONS",
      `Insufficient permissions to create new select option "${JSON.stringify(newChoices[0])}"`,
    );
  }
  return { cell: isSingle ? kept[0] : kept.length > 0 ? kept : undefined, newChoices };
}

function splitChoices(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim());
}

function anyCell(value: unknown): Cell | undefined {
  return value === null || value === false || value === "" ? undefined : (value as Cell);
}
