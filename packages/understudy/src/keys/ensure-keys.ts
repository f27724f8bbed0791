import { makeKeys, readKeys, UnderstudyError, writeKeys, type SealCredentials } from "@understudy/render";

/**
 * The keys of this installation; makes them when there are none.
 * @returns `made`: whether this call made them; of two at the same time, only one does.
 * @throws UnderstudyError `keys-exposed`, `keys-unusable`, `certificate-unusable`.
 */
export async function ensureKeys(
  folder: string,
  now: Date,
): Promise<{ readonly credentials: SealCredentials; readonly made: boolean }> {
  const found = await readKeys(folder, now);
  if (found !== undefined) return { credentials: found, made: false };
  const made = await writeKeys(folder, await makeKeys({ now })).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof UnderstudyError && thrown.code === "keys-exist") return false;
      throw thrown;
    },
  );
  return { credentials: await readWrittenKeys(folder, now), made };
}

/** Reads keys that were just written. @throws UnderstudyError `keys-unusable` when somebody removed them since. */
export async function readWrittenKeys(folder: string, now: Date): Promise<SealCredentials> {
  const credentials = await readKeys(folder, now);
  if (credentials === undefined) throw new UnderstudyError("keys-unusable", `The keys in ${folder} were removed.`);
  return credentials;
}
