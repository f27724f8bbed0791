/** A stretch of text: plain, or code that is shown letter by letter. */
export type Inline = string | { readonly code: string };

/** A cell or a line of a report. */
export type Text = readonly Inline[];

/** One part of a report, whatever it is written in. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: Text }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly items: readonly Text[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Text[])[] };

/** A heading. */
export function heading(level: 1 | 2 | 3, text: string): Block {
  return { kind: "heading", level, text };
}

/** A paragraph. */
export function paragraph(...text: Text): Block {
  return { kind: "paragraph", text };
}

/** A list; an empty one is no block. */
export function list(items: readonly Text[], isOrdered = false): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: "list", isOrdered, items }];
}

/** A table; one without rows is no block. */
export function table(head: readonly string[], rows: readonly (readonly Text[])[]): readonly Block[] {
  return rows.length === 0 ? [] : [{ kind: "table", head, rows }];
}

/** Code spans with commas between. */
export function codes(texts: readonly string[]): Text {
  return texts.flatMap((code, index) => (index === 0 ? [{ code }] : [", ", { code }]));
}
