import type { RenderFailure } from "#renders/service-render.js";
import type { KnownRow, WrittenPhase } from "./row.js";

/** A row of `understudy.airtable_row`; `bigint` comes as text. */
export interface KeptRow {
  readonly record_id: string;
  readonly asked: number;
  readonly inputs_sha256: string | null;
  readonly seen_sha256: string | null;
  readonly render_id: string | null;
  readonly refusal: RenderFailure | null;
  readonly incomplete_since: Date | null;
  readonly written: WrittenPhase | null;
  readonly pictured_render_id: string | null;
  readonly change: string;
  readonly gone_at: Date | null;
}

/** What it says of the row in Airtable. */
export function knownRowOf(row: KeptRow): KnownRow {
  return {
    recordId: row.record_id,
    asked: row.asked,
    ...(row.inputs_sha256 !== null && { inputsSha256: row.inputs_sha256 }),
    ...(row.seen_sha256 !== null && { seenSha256: row.seen_sha256 }),
    ...(row.render_id !== null && { renderId: row.render_id }),
    ...(row.refusal !== null && { refusal: row.refusal }),
    ...(row.incomplete_since !== null && { incompleteSince: row.incomplete_since }),
    ...(row.written !== null && { written: row.written }),
    ...(row.pictured_render_id !== null && { picturedRenderId: row.pictured_render_id }),
    ...(row.gone_at !== null && { isGone: true }),
  };
}
