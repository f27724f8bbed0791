import { resolve } from "node:path";
import { parseConsent, type Consent } from "@understudy/render";
import { readJsonFile } from "#paths/index.js";

/**
 * Reads a consent record from the file that `--consent` names.
 * @throws UnderstudyError `file-missing`, `consent-invalid`, `consent-version`, `consent-altered`.
 */
export async function readConsentFile(path: string, cwd: string): Promise<Consent> {
  return parseConsent(await readJsonFile(resolve(cwd, path), { what: "consent file", invalid: "consent-invalid" }));
}
