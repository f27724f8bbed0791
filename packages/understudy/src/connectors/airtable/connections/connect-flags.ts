import { UnderstudyError } from "@understudy/render";
import type { Config } from "#config/index.js";
import { momentOf } from "#consent/moments.js";
import type { StandingAttestation } from "#consent/standing-attestation.js";
import { readBasePlace, type BasePlace } from "./base-place.js";
import { usualRoles } from "./column-roles.js";
import { usualTokenVariable, type ColumnRole, type ConnectionConsent } from "./connection.js";
import type { ConnectionWish } from "./connect.js";

/** Options of `understudy airtable connect`, as they were typed. */
export interface ConnectFlags {
  readonly create?: boolean;
  readonly column?: readonly string[];
  readonly consentColumn?: string;
  readonly attestedBy?: string;
  readonly statement?: string;
  readonly use?: string;
  readonly until?: string;
  readonly ageConfirmed?: boolean;
  readonly tokenVariable?: string;
}

/**
 * Reads what somebody wants connected.
 * @throws UnderstudyError `bad-usage`; `attestation-not-allowed` when the configuration counts nobody's word.
 */
export function readConnectFlags(
  base: string,
  table: string | undefined,
  flags: ConnectFlags,
  { now, policy }: { readonly now: Date; readonly policy: Config["consent"] },
): Omit<ConnectionWish, "ownerId" | "rendersAtOnce"> {
  const place = readBasePlace(base.trim());
  if (place === undefined) {
    throw new UnderstudyError("bad-usage", "BASE expects the id of a base, or its address in the browser.", {
      hint: "The id is the part of the address that begins with `app`, and has 17 characters.",
    });
  }
  return {
    baseId: place.baseId,
    table: tableIn(place, table?.trim()),
    columns: columnsIn(flags),
    consent: consentIn(flags, now, policy),
    tokenVariable: variableIn(flags.tokenVariable ?? usualTokenVariable),
    createsMissing: flags.create === true,
  };
}

/** Its name or id. What TABLE says counts more than an address, which shows whichever table was open. */
function tableIn({ baseId, tableId }: BasePlace, table: string | undefined): string {
  const place = readBasePlace(table ?? "");
  if (place !== undefined && place.baseId !== baseId) throw usage("BASE and TABLE are addresses of two bases.");
  const named = place === undefined ? table : place.tableId;
  const found = named ?? tableId;
  if (found !== undefined && found !== "" && found.length <= 255) return found;
  throw new UnderstudyError("bad-usage", "TABLE expects a table's name or id.", {
    hint: "It may be left out when BASE is the address of a table: https://airtable.com/app.../tbl...",
  });
}

function columnsIn({ column = [], consentColumn }: ConnectFlags): ConnectionWish["columns"] {
  const columns: Partial<Record<ColumnRole, string>> = {};
  for (const text of column) {
    const [, role = "", name = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!isUsualRole(role) || name.trim() === "") {
      throw usage(`--column expects ROLE=NAME; roles: ${usualRoles.join(", ")}.`);
    }
    columns[role] = name.trim();
  }
  if (consentColumn?.trim() === "") throw usage("--consent-column expects a column's name or id.");
  return consentColumn === undefined ? columns : { ...columns, consent: consentColumn.trim() };
}

/** Consent has an option of its own. */
function isUsualRole(text: string): text is ColumnRole {
  return (usualRoles as readonly string[]).includes(text);
}

function consentIn(flags: ConnectFlags, now: Date, { allowAttested }: Config["consent"]): ConnectionConsent {
  const consent = flags.consentColumn === undefined ? wordIn(flags, now) : columnConsent(flags);
  const isWord = consent.kind === "standing" || (consent.kind === "column" && consent.operator !== undefined);
  if (isWord && !allowAttested) {
    throw new UnderstudyError("attestation-not-allowed", "The policy counts nobody's word but the person's own.");
  }
  return consent;
}

function columnConsent(flags: ConnectFlags): ConnectionConsent {
  const { attestedBy, statement, use, until, ageConfirmed } = flags;
  if ([statement, use, until, ageConfirmed].some((each) => each !== undefined)) {
    throw usage("--statement, --use, --until and --age-confirmed do not go with --consent-column.");
  }
  if (attestedBy === undefined) return { kind: "column" };
  return { kind: "column", operator: limited("--attested-by", attestedBy, 200) };
}

/** An attestation stands for people who are not asked: it is whole, or not there. */
function wordIn({ attestedBy, statement, use, until, ageConfirmed }: ConnectFlags, now: Date): ConnectionConsent {
  const parts = { "--attested-by": attestedBy, "--statement": statement, "--use": use, "--until": until };
  const missing = [
    ...Object.entries(parts).flatMap(([flag, value]) => (value === undefined ? [flag] : [])),
    ...(ageConfirmed === true ? [] : ["--age-confirmed"]),
  ];
  if (missing.length === 5) return { kind: "on-record" };
  if (missing.length > 0) throw usage(`A standing attestation is whole or not there; missing: ${missing.join(", ")}.`);
  const attestation: StandingAttestation = {
    operator: limited("--attested-by", attestedBy!, 200),
    statement: limited("--statement", statement!, 4000),
    use: limited("--use", use!, 500),
    expiresAt: endIn(until!, now),
  };
  return { kind: "standing", attestation };
}

function limited(flag: string, text: string, max: number): string {
  const trimmed = text.trim();
  if (trimmed !== "" && trimmed.length <= max) return trimmed;
  throw usage(`${flag} expects 1 to ${max} characters.`);
}

function endIn(text: string, now: Date): string {
  const end = momentOf(text);
  if (end !== undefined && end > now) return end.toISOString();
  throw usage("--until expects a day to come, such as 2027-06-30.");
}

/** What is no name may be a token: it is not told. */
function variableIn(name: string): string {
  if (/^[A-Z_][A-Z0-9_]{0,99}$/.test(name)) return name;
  throw usage("--token-variable expects the name of an environment variable in capitals, and never a token.");
}

function usage(message: string): UnderstudyError {
  return new UnderstudyError("bad-usage", message);
}
