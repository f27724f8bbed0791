import { findSecrets, type FoundSecret } from "./find-secrets.js";

/** A file as far as credentials matter. */
export interface TextFile {
  readonly text: string | undefined;
}

/** Every credential of a file, looked for once however many ask. */
export function secretsInFile(file: TextFile): readonly FoundSecret[] {
  const found = secretsByFile.get(file) ?? findSecrets(file.text ?? "");
  secretsByFile.set(file, found);
  return found;
}

const secretsByFile = new WeakMap<TextFile, readonly FoundSecret[]>();
