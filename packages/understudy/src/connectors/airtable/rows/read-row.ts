import { createHash } from "node:crypto";
import { checkUrl } from "@understudy/guarded-fetch";
import { assertNever, canonicalJson, UnderstudyError } from "@understudy/render";
import type { AirtableRecord } from "#connectors/airtable/client/airtable-client.js";
import type {
  AirtableConnection,
  ConnectionConsent,
  MappedColumn,
} from "#connectors/airtable/connections/connection.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { ConsentReference, InputReference } from "#renders/render-order.js";
import { maxCellLength, readCell, type Cell } from "./read-cell.js";
import { badRow, nameOf, refusalOf } from "./row-failures.js";
import type { RowInputs, RowReading, SeenRow } from "./row.js";

/** Most photos of one person. */
const maxFaces = 5;

/** Reads what a row asks for. What is wrong with it is told by the names of columns, and never by what the cells hold. */
export function readRow(
  { id: recordId, cells }: AirtableRecord,
  { id: connectionId, columns, consent }: Pick<AirtableConnection, "id" | "columns" | "consent">,
): SeenRow {
  const inputIn = (column: MappedColumn): Input => {
    return { column, cell: readCell(cells[column.id]), recordId, connectionId };
  };
  const parts: RowParts = {
    source: inputIn(columns.source),
    face: inputIn(columns.face),
    consent,
    ...(columns.consent && { consentColumn: columns.consent }),
    word: consent.kind === "column" && columns.consent ? wordIn(cells[columns.consent.id]) : "",
  };
  return { recordId, isPending: isPending(cells[columns.status.id]), reading: readingOf(parts) };
}

/** An input's cell, and where it is. */
interface Input {
  readonly column: MappedColumn;
  readonly cell: Cell;
  readonly recordId: string;
  readonly connectionId: string;
}

interface RowParts {
  readonly source: Input;
  readonly face: Input;
  readonly consent: ConnectionConsent;
  readonly consentColumn?: MappedColumn;
  /** What the consent column says: true for a tick, else its text. */
  readonly word: true | string;
}

function isPending(status: unknown): boolean {
  return typeof status === "string" && status.trim().toLowerCase() === briefStatuses.pending.toLowerCase();
}

function wordIn(cell: unknown): true | string {
  return cell === true || (typeof cell === "string" ? cell.trim() : "");
}

function readingOf(parts: RowParts): RowReading {
  const { source, face, word } = parts;
  const asked = canonicalJson([source.cell, face.cell, word]);
  const sha256 = createHash("sha256").update(asked).digest("hex");
  const missing = [source, face].filter(({ cell }) => cell.kind === "empty").map(({ column }) => nameOf(column));
  if (missing.length > 0) return { kind: "incomplete", missing, sha256 };
  try {
    return { kind: "whole", inputs: inputsOf(parts), sha256 };
  } catch (thrown) {
    return { kind: "unusable", failure: refusalOf(thrown), sha256 };
  }
}

function inputsOf(parts: RowParts): RowInputs {
  const [source] = referencesIn(parts.source, 1);
  return { source: source!, faces: referencesIn(parts.face, maxFaces), consent: consentOf(parts) };
}

/** @throws UnderstudyError `bad-row`. */
function referencesIn({ column, cell, recordId, connectionId }: Input, most: number): readonly InputReference[] {
  const name = nameOf(column);
  const assertNotTooMany = (count: number): void => {
    if (count > most) throw badRow(`${name} holds ${count} files or addresses, and ${most} is the most.`);
  };
  switch (cell.kind) {
    case "texts":
      assertNotTooMany(cell.texts.length);
      return cell.texts.map((text) => ({ kind: "url", url: addressIn(text, name) }));
    case "files":
      assertNotTooMany(cell.ids.length);
      return cell.ids.map((attachmentId) => {
        return { kind: "airtable", connectionId, recordId, fieldId: column.id, attachmentId };
      });
    case "long":
      throw badRow(`${name} holds more than ${maxCellLength} characters.`);
    case "empty":
    case "odd":
      throw badRow(`${name} holds neither an address nor a file.`);
    default:
      return assertNever(cell);
  }
}

function addressIn(text: string, name: string): string {
  try {
    return checkUrl(text);
  } catch {
    throw badRow(`${name} holds something that is no web address; one starts with https:// or http://.`);
  }
}

/** @throws UnderstudyError `consent-required`. */
function consentOf({ consent, consentColumn, word }: RowParts): ConsentReference {
  if (consent.kind !== "column") return consent;
  if (consentColumn === undefined) throw consentRequired("The table has no column for consent");
  const name = nameOf(consentColumn);
  if (word === true) {
    if (consent.operator === undefined) throw consentRequired(`Nobody was named whose word a tick in ${name} is`);
    return { kind: "attested", operator: consent.operator };
  }
  if (word === "") throw consentRequired(`${name} does not say that the person agreed`);
  if (!/^consent_[0-9a-f]{16}$/.test(word)) throw consentRequired(`${name} does not hold the id of a consent record`);
  return { kind: "record", consentId: word };
}

function consentRequired(what: string): UnderstudyError {
  return new UnderstudyError("consent-required", `${what}.`);
}
