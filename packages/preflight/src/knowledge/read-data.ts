import { readFileSync } from "node:fs";

/** A data file of `knowledge/`: what it says, where that was read, and when it was last checked. */
export interface DataFile<Entries> {
  readonly source: readonly string[];
  /** ISO date. */
  readonly checked: string;
  readonly entries: Entries;
}

/** Names of the data files; each is `knowledge/NAME.json`. */
export const dataFileNames = [
  "base-images",
  "build-needs",
  "dependencies",
  "gpu-pools",
  "models",
  "modules",
  "programs",
  "projects",
  "removed",
  "shared-libraries",
  "status-texts",
  "system-packages",
  "torch",
] as const;

/** Name of a data file. */
export type DataFileName = (typeof dataFileNames)[number];

/**
 * A reader of one data file's entries: the file is read and parsed when it is first asked for. Its shape is checked by a test,
 * not here: the files are part of the package.
 */
export function dataReader<Entries>(name: DataFileName): () => Entries {
  let entries: Entries | undefined;
  return () => (entries ??= readData<Entries>(name).entries);
}

function readData<Entries>(name: DataFileName): DataFile<Entries> {
  return JSON.parse(
    readFileSync(new URL(`../../knowledge/${name}.json`, import.meta.url), "utf8"),
  ) as DataFile<Entries>;
}
