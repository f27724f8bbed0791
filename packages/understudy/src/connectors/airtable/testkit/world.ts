import { commit, type Change, type Edit } from "./commit.js";
import { invalid } from "./refusal.js";
import { makeChoice } from "./field-types.js";
import { choicesOf, type ChangeSource, type StoredBase, type StoredField, type StoredTable } from "./model.js";
import type { AttachmentFiles } from "./attachment-files.js";
import type { HookDesk } from "./hook-desk.js";
import type { TokenList } from "./tokens.js";

/** All that the stand-in holds. */
export interface World {
  /** Milliseconds. */
  now(): number;
  readonly bases: Map<string, StoredBase>;
  readonly tokens: TokenList;
  readonly files: AttachmentFiles;
  readonly hooks: HookDesk;
}

/** Does edits as one transaction, and tells the webhooks of the base. */
export function change(
  world: World,
  base: StoredBase,
  table: StoredTable,
  source: ChangeSource,
  edits: readonly Edit[],
): Change {
  const done = commit(base, table, source, edits);
  world.hooks.note(done);
  return done;
}

/** The edit that gives a select more choices. */
export function moreChoices(field: StoredField, names: readonly string[]): Edit {
  const held = choicesOf(field);
  const made = [...new Set(names)].map((name, index) => makeChoice({ name }, held.length + index));
  return { kind: "put-field", field: { ...field, options: { ...field.options, choices: [...held, ...made] } } };
}

/** @throws Refusal 422 when a table has a field of this name, or it is empty. @param except a field's own name is no conflict. */
export function assertFreeName(table: Pick<StoredTable, "fields">, name: string, except?: StoredField): void {
  const isTaken = [...table.fields.values()].some((field) => field !== except && field.name === name);
  if (name.trim() === "" || isTaken) {
    throw invalid("DUPLICATE_OR_EMPTY_FIELD_NAME", "Field names must be unique and not empty");
  }
}
