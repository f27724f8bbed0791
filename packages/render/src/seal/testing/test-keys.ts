import { credentialsOf } from "#seal/keys/credentials.js";
import type { KeyFiles } from "#seal/keys/key-files.js";
import { makeKeys } from "#seal/keys/make-keys.js";
import type { SealCredentials } from "#seal/provenance.js";

/** Keys of a test's own. */
export interface TestKeys {
  readonly files: KeyFiles;
  readonly credentials: SealCredentials;
  /** PEM of the authority. */
  readonly anchorsPem: string;
}

let made: Promise<TestKeys> | undefined;

/** Keys that hold now; made once for all tests of a process. */
export function testKeys(): Promise<TestKeys> {
  made ??= makeTestKeys(new Date());
  return made;
}

/** Keys as they were made at another time; they may have expired since. */
export async function makeTestKeys(now: Date): Promise<TestKeys> {
  const files = await makeKeys({ now });
  return { files, credentials: await credentialsOf(files, now), anchorsPem: files.authority?.certificatePem ?? "" };
}
