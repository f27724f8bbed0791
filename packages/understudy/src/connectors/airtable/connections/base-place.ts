import { parseUrl } from "@understudy/guarded-fetch/parse-url";

/** What an address in Airtable leads to. */
export interface BasePlace {
  readonly baseId: string;
  /** Undefined: the address is not a table's. */
  readonly tableId?: string;
}

/**
 * Reads the id of a base, or an address that was copied from the browser: `https://airtable.com/app.../tbl.../viw...`.
 * @returns undefined when it is neither.
 */
export function readBasePlace(text: string): BasePlace | undefined {
  if (isBaseId(text)) return { baseId: text };
  const url = text.includes("://") ? text : `https://${text}`;
  const { hostname, pathname } = parseUrl(url) ?? { hostname: "", pathname: "" };
  const [, baseId = "", tableId = ""] = pathname.split("/");
  if (!/(^|\.)airtable\.com$/.test(hostname) || !isBaseId(baseId)) return undefined;
  return { baseId, ...(isTableId(tableId) && { tableId }) };
}

/** Whether it has the form of a table's id. */
export function isTableId(text: string): boolean {
  return /^tbl[A-Za-z0-9]{14}$/.test(text);
}

function isBaseId(text: string): boolean {
  return /^app[A-Za-z0-9]{14}$/.test(text);
}
