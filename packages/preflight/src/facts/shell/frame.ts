import type { Location } from "#model/location.js";
import type { MappedText } from "#model/mapped-text.js";
import { type ShellSyntaxError, parseShell } from "./grammar.js";
import { type HereDocument, maskHereDocuments } from "./here-documents.js";
import { type Item, type Statement, statementsOf } from "./syntax.js";

/** One parsed text: a script's own, a sourced file's, or what stands in `$(…)`. */
export interface Frame {
  readonly source: MappedText;
  readonly items: readonly Item[];
  /** By the offset of their `<<`. */
  readonly documents: ReadonlyMap<number, HereDocument>;
  readonly via: readonly Location[];
  readonly error: ShellSyntaxError | undefined;
}

/** A function, and the text that its offsets belong to. */
export interface ShellFunction {
  readonly body: Statement;
  readonly text: string;
  readonly frame: Frame;
}

/** Parses a text. */
export function parseFrame(source: MappedText, via: readonly Location[]): Frame {
  const masked = maskHereDocuments(source.text);
  const tree = parseShell(masked.text);
  return {
    source,
    items: statementsOf(tree.root, masked.text),
    documents: new Map(masked.documents.map((document) => [document.operator, document])),
    via,
    error: tree.error,
  };
}
