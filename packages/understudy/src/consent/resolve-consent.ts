import { join } from "node:path";
import { createFileConsentStore, UnderstudyError, type Consent } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { askForConsent } from "./ask-for-consent.js";
import { attest } from "./attest.js";
import { readConsentFile } from "./read-consent-file.js";

/** What the command line says of permission. */
export interface ConsentWish {
  /** `--consent` as given: a file, or `attested:NAME`. */
  readonly flag?: string | undefined;
  readonly photoSha256: readonly string[];
  readonly dataFolder: string;
  /** False for a dry run: nothing is asked and nothing is stored. */
  readonly mayRemember: boolean;
  /** Whether there is a person at the terminal to ask. */
  readonly mayAsk: boolean;
}

/** The file that `--consent` names; undefined when it names a person, or is not given. */
export function consentFileOf(flag: string | undefined): string | undefined {
  return flag?.startsWith("attested:") ? undefined : flag;
}

/**
 * Finds the permission for these photos: the flag, else a stored record, else the person at the terminal.
 * @throws UnderstudyError `consent-required`, `consent-invalid`, `file-missing`, `bad-usage`.
 */
export async function resolveConsent(wish: ConsentWish, io: CliIo): Promise<Consent> {
  const { flag, photoSha256, mayRemember } = wish;
  const store = createFileConsentStore(join(wish.dataFolder, "consents"));
  const attestation = { photoSha256, store: mayRemember ? store : undefined, now: io.now() };
  if (flag?.startsWith("attested:")) return attest({ ...attestation, statedBy: attestorOf(flag), known: store });
  if (flag !== undefined) return readConsentFile(flag, photoSha256, io);
  const stored = await store.find(photoSha256, io.now());
  if (stored !== undefined) return stored;
  if (wish.mayAsk && mayRemember) {
    return attest({ ...attestation, statedBy: await askForConsent(io, photoSha256.length), known: store });
  }
  throw new UnderstudyError("consent-required", "There is no record that the person in this photo agreed.");
}

/** `attested:"Jo Smith"` may arrive with its quotes when it was quoted twice. */
function attestorOf(flag: string): string {
  const name = flag
    .slice("attested:".length)
    .replace(/^"(.*)"$/, "$1")
    .trim();
  if (name === "" || name.length > 200) {
    throw new UnderstudyError(
      "bad-usage",
      '--consent attested:"NAME" needs the name of the person who attests, at most 200 characters.',
      {
        hint: 'Write your own name, such as --consent attested:"Jo Smith".',
      },
    );
  }
  return name;
}
