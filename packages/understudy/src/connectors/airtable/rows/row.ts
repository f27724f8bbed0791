import type { ConsentReference, InputReference } from "#renders/render-order.js";
import type { RenderFailure } from "#renders/service-render.js";

/** What a row asks to be made. */
export interface RowInputs {
  readonly source: InputReference;
  /** Best first; at least one. */
  readonly faces: readonly InputReference[];
  readonly consent: ConsentReference;
}

/**
 * What the cells of a row come to. `sha256`, lower-case hex, is of all that they say of inputs and consent: an attachment counts by
 * its id, not by its address, which changes.
 */
export type RowReading =
  | { readonly kind: "whole"; readonly inputs: RowInputs; readonly sha256: string }
  /** Somebody may still be typing. */
  | { readonly kind: "incomplete"; readonly missing: readonly string[]; readonly sha256: string }
  | { readonly kind: "unusable"; readonly failure: RenderFailure; readonly sha256: string };

/** A row as it was just read. */
export interface SeenRow {
  readonly recordId: string;
  readonly isPending: boolean;
  readonly reading: RowReading;
}

/** What we know of a row. */
export interface KnownRow {
  readonly recordId: string;
  /** How often it was asked for. */
  readonly asked: number;
  /** Of what it was asked for with. */
  readonly inputsSha256?: string;
  /** Of what it holds, as far as was seen since. */
  readonly seenSha256?: string;
  readonly renderId?: string;
  readonly refusal?: RenderFailure;
  readonly incompleteSince?: Date;
  /** What we wrote last, and of which asking: a user's Pending behind an end of it means "again". */
  readonly written?: WrittenPhase;
  readonly picturedRenderId?: string;
  /** It was removed from the table, as far as we know; a row that is seen again was brought back. */
  readonly isGone?: true;
}

/** What was written into a row, and which asking it answers. */
export interface WrittenPhase {
  /** `removed`: what it led to is not there any more. */
  readonly phase: "processing" | "complete" | "failed" | "removed";
  readonly asked: number;
  /** Of the render, which a retry counts up: it may fail again of something else. */
  readonly run?: number;
}
