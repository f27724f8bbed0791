import { formulaTokens, type FormulaToken } from "./formula-tokens.js";
import { fieldOf, type Cell, type StoredRecord, type StoredTable } from "./model.js";
import { invalid, type Refusal } from "./refusal.js";

/** Whether a record fulfils a formula. */
export type RecordTest = (record: StoredRecord) => boolean;

type Value = string | number | undefined;
type Term = (record: StoredRecord) => Value;

/**
 * Reads the part of Airtable's formulas that filters use: `{Name}` or `{fldID}`, texts, numbers, `=`, `!=`, AND, OR, NOT,
 * LOWER, TRIM, RECORD_ID, BLANK, TRUE and FALSE. Fields are known by name or id.
 * Source: https://support.airtable.com/docs/formula-field-reference; refusals as seen in public reports.
 * @throws Refusal 422 INVALID_FILTER_BY_FORMULA for everything else.
 */
export function readFormula(formula: string, table: StoredTable): RecordTest {
  const tokens = formulaTokens(formula);
  if (tokens === undefined) {
    throw malformed();
  }
  const unknown: string[] = [];
  const reader = { tokens, at: 0, table, unknown };
  const term = readComparison(reader);
  if (reader.at < tokens.length) {
    throw malformed();
  }
  if (unknown.length > 0) {
    throw refused(`Unknown field names: ${unknown.map((name) => name.toLowerCase()).join(", ")}`);
  }
  return (record) => isTrue(term(record));
}

interface Reader {
  readonly tokens: readonly FormulaToken[];
  at: number;
  readonly table: StoredTable;
  readonly unknown: string[];
}

function readComparison(reader: Reader): Term {
  let left = readOperand(reader);
  for (let sign = takeSign(reader, "=", "!="); sign !== undefined; sign = takeSign(reader, "=", "!=")) {
    const [one, other, isEqual] = [left, readOperand(reader), sign === "="];
    left = (record) => Number(isSame(one(record), other(record)) === isEqual);
  }
  return left;
}

function readOperand(reader: Reader): Term {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  if (token?.kind === "text" || token?.kind === "number") {
    return () => token.value;
  }
  if (token?.kind === "field") {
    return readField(reader, token.value);
  }
  if (token?.kind === "word") {
    return takeSign(reader, "(") === undefined ? readField(reader, token.value) : readCall(reader, token.value);
  }
  if (token?.value === "(") {
    const inner = readComparison(reader);
    return takeSign(reader, ")") === undefined ? fail() : inner;
  }
  return fail();
}

function readCall(reader: Reader, name: string): Term {
  const terms: Term[] = [];
  while (takeSign(reader, ")") === undefined) {
    if (terms.length > 0 && takeSign(reader, ",") === undefined) {
      return fail();
    }
    terms.push(readComparison(reader));
  }
  const [first] = terms;
  switch (`${name.toUpperCase()}/${terms.length > 1 ? "n" : terms.length}`) {
    case "AND/1":
    case "AND/n":
      return (record) => Number(terms.every((term) => isTrue(term(record))));
    case "OR/1":
    case "OR/n":
      return (record) => Number(terms.some((term) => isTrue(term(record))));
    case "NOT/1":
      return (record) => Number(!isTrue(first?.(record)));
    case "LOWER/1":
      return (record) => String(first?.(record) ?? "").toLowerCase();
    case "TRIM/1":
      return (record) => String(first?.(record) ?? "").trim();
    case "RECORD_ID/0":
      return (record) => record.id;
    case "BLANK/0":
      return () => undefined;
    case "TRUE/0":
      return () => 1;
    case "FALSE/0":
      return () => 0;
    default:
      return fail();
  }
}

function readField(reader: Reader, idOrName: string): Term {
  const field = fieldOf(reader.table, idOrName);
  if (field === undefined) {
    reader.unknown.push(idOrName);
    return () => undefined;
  }
  return (record) => valueOf(record.cells.get(field.id));
}

function valueOf(cell: Cell | undefined): Value {
  if (Array.isArray(cell)) {
    return cell.map((item: unknown) => (isFile(item) ? item.fileName : String(item))).join(", ");
  }
  return cell === true ? 1 : (cell as Value);
}

function isFile(item: unknown): item is { readonly fileName: string } {
  return typeof item === "object" && item !== null && "fileName" in item;
}

function isSame(one: Value, other: Value): boolean {
  return String(one ?? "") === String(other ?? "");
}

function isTrue(value: Value): boolean {
  return value !== undefined && value !== 0 && value !== "";
}

function takeSign(reader: Reader, ...signs: readonly string[]): string | undefined {
  const token = reader.tokens[reader.at];
  if (token?.kind !== "sign" || !signs.includes(token.value)) {
    return undefined;
  }
  reader.at += 1;
  return token.value;
}

function fail(): never {
  throw malformed();
}

function malformed(): Refusal {
  return refused("Invalid formula. Please check your formula text.");
}

function refused(why: string): Refusal {
  return invalid("INVALID_FILTER_BY_FORMULA", `The formula for filtering records is invalid: ${why}`);
}
