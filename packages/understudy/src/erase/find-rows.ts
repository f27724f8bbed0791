import { basename } from "node:path";
import type { DataFolder } from "#records/data-folder.js";
import type { ErasedFile } from "./erase-report.js";
import type { SubjectFiles } from "./find-subject.js";

/**
 * Records of a person that a store holds and no file of the data folder is, such as rows of a database. What a store cannot
 * look at counts as there.
 * @param files paths of the record files that were found.
 */
export async function findRows(
  { consents, renders }: Pick<SubjectFiles, "consents" | "renders">,
  data: Pick<DataFolder, "consents" | "renders">,
  files: readonly string[],
): Promise<ErasedFile[]> {
  const inFiles = new Set(files.map((path) => basename(path, ".json")));
  const records = [
    ...consents.map(({ consent: { id } }) => ({ what: "consent record", id, get: data.consents.get })),
    ...renders.map(({ renderId: id }) => ({ what: "render record", id, get: data.renders.get })),
  ];
  const rows: ErasedFile[] = [];
  for (const { what, id, get } of records) {
    if (inFiles.has(id)) continue;
    const isThere = await get(id).then(
      (record) => record !== undefined,
      () => true,
    );
    if (isThere) rows.push({ kind: "record", what, path: rowPath(id) });
  }
  return rows;
}

/** Whether what stands as a path in a report is a row, which no file operation may touch. */
export function isRow({ path }: Pick<ErasedFile, "path">): boolean {
  return path.startsWith(rowPrefix);
}

const rowPrefix = "record:";

function rowPath(id: string): string {
  return `${rowPrefix}${id}`;
}
