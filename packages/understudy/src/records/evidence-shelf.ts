import type { ArtifactStore } from "#storage/artifact-store.js";

/** Evidence of one owner, kept where every machine of the service sees it. Names are `<sha256>.<ext>`. */
export interface EvidenceShelf {
  names(): Promise<readonly string[]>;
  /** @throws UnderstudyError `upload-failed`, `disk-full`; the signal's reason after a cancel. */
  put(
    name: string,
    file: { readonly path: string; readonly sha256: string; readonly byteLength: number; readonly mediaType: string },
    signal: AbortSignal,
  ): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Begins the keys of all evidence; behind it stands whose it is. */
export const evidencePrefix = "evidence/";

/** The shelf in the artifact store: `evidence/<ownerId>/<sha256>.<ext>`. */
export function createEvidenceShelf(
  artifacts: Pick<ArtifactStore, "list" | "put" | "remove">,
  ownerId: string,
): EvidenceShelf {
  const prefix = `${evidencePrefix}${ownerId}/`;
  return {
    names: async () => (await artifacts.list(prefix)).map((key) => key.slice(prefix.length)),
    put: (name, file, signal) => artifacts.put(`${prefix}${name}`, file, signal),
    remove: (name) => artifacts.remove(`${prefix}${name}`),
  };
}
