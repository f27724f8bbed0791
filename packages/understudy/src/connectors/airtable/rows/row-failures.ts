import { UnderstudyError, type ErrorCode } from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import type { MappedColumn, MappedColumns } from "#connectors/airtable/connections/connection.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { RenderFailure } from "#renders/service-render.js";

/** A row that cannot be rendered as it is. @param message one sentence without what the cells hold. */
export function badRow(message: string): UnderstudyError {
  return new UnderstudyError("bad-row", message);
}

/** A row that says Pending and is not filled in. @param missing names of columns. */
export function incompleteRow(missing: readonly string[]): RenderFailure {
  return refusalOf(badRow(`The row is not filled in: ${missing.join(", ")}.`));
}

/** Why a row is refused for good. @throws what was thrown, when it is no fault of the row or may pass by itself. */
export function refusalOf(thrown: unknown): RenderFailure {
  if (!(thrown instanceof UnderstudyError) || thrown.retryable || thrown.code === "internal-error") throw thrown;
  const { code, message, hint, retryable } = thrown;
  return { code, message, hint, retryable };
}

/** A column's name as it may stand in a sentence: whoever named it may have written anything, in any direction. */
export function nameOf({ name }: Pick<MappedColumn, "name">): string {
  const letters = [...printableLine(name)];
  return `"${letters.length <= longestName ? letters.join("") : `${letters.slice(0, longestName).join("")}…`}"`;
}

const longestName = 80;

/** What somebody who looks at a table can do about a failure, where the table of errors speaks of commands. */
export function hintFor({ code, hint }: Pick<RenderFailure, "code" | "hint">, { consent }: MappedColumns): string {
  if (code !== "consent-required" && code !== "unknown-consent" && code !== "attestation-not-allowed") return hint;
  return `${consentStep(code, consent)}, then set Status to ${briefStatuses.pending} again.`;
}

function consentStep(code: ErrorCode, consent: MappedColumn | undefined): string {
  if (consent === undefined) return "Have the person's consent recorded";
  if (consent.type !== "checkbox") return `Write the id of the person's consent record into ${nameOf(consent)}`;
  // A tick is somebody's word, and this installation takes nobody's.
  if (code === "attestation-not-allowed") return "Have the person's own consent recorded";
  return `Tick ${nameOf(consent)} if the person agreed`;
}
