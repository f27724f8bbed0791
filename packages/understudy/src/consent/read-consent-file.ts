import { resolve } from "node:path";
import { assertConsentCovers, parseConsent, type Consent } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { readJsonFile } from "#paths/index.js";

/**
 * Reads `--consent FILE` and checks that it covers these photos now.
 * @throws UnderstudyError `file-missing`, `consent-invalid`.
 */
export async function readConsentFile(path: string, photoSha256: readonly string[], io: CliIo): Promise<Consent> {
  const file = resolve(io.cwd, path);
  const consent = parseConsent(await readJsonFile(file, { what: "consent file", invalid: "consent-invalid" }));
  assertConsentCovers(consent, photoSha256, io.now());
  return consent;
}
