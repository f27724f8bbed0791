import type { PastSecret } from "#facts/project/project-facts.js";
import { issuedSecretsIn } from "#rules/shared/file-secrets.js";
import type { BlobReader } from "#tree/git.js";
import { listPastBlobs } from "#tree/past-blobs.js";

/**
 * The credentials that only earlier commits hold, without their values. Reading a history takes seconds, so that only
 * `--profile deploy` asks for it.
 * @returns undefined when the history could not be read.
 */
export async function readPastSecrets(folder: string, blobs: BlobReader): Promise<readonly PastSecret[] | undefined> {
  const past = await listPastBlobs(folder);
  if (past === undefined) return undefined;
  const found: PastSecret[] = [];
  for (const { objectId, path } of past) {
    const bytes = await blobs.read(objectId);
    found.push(...pastSecretsIn(path, new TextDecoder().decode(bytes)));
  }
  return found;
}

/** Those of one text. */
export function pastSecretsIn(path: string, text: string): readonly PastSecret[] {
  return issuedSecretsIn(path, text).map(({ description, line }) => ({ description, path, line }));
}
