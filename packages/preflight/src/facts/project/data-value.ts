/** A mapping of a data file. */
export type DataObject = Readonly<Record<string, unknown>>;

/** The value as a mapping; empty when it is none, so that files of any shape can be asked. */
export function objectOf(value: unknown): DataObject {
  return isObject(value) ? value : {};
}

/** True for a mapping. */
export function isObject(value: unknown): value is DataObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a list; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a text, or a number written as one. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : undefined;
}
