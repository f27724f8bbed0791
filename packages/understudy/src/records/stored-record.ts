import type { RenderRecord, ShownPerson } from "./render-records.js";

/**
 * A render record as it lies on disk and in rows: the first person's facts stand at the top, as in the records of releases
 * that knew one person a render. These releases take one with `others` for damaged, and so never for nobody's.
 */
export interface StoredRecord extends Omit<RenderRecord, "people">, ShownPerson {
  readonly others?: readonly ShownPerson[];
}

/** What is stored of a record. */
export function storedOf({ people: [first, ...others], ...record }: RenderRecord): StoredRecord {
  return { ...record, ...first, ...(others.length > 0 && { others }) };
}

/** The record that was stored. */
export function recordOf({ consentId, subjectId, faces, others = [], ...record }: StoredRecord): RenderRecord {
  return { ...record, people: [{ consentId, subjectId, faces }, ...others] };
}
