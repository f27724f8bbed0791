import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { assertConsentCovers, parseConsent, UnderstudyError, type Consent } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { assertInputFile } from "#paths/index.js";

/**
 * Reads `--consent FILE` and checks that it covers these photos now.
 * @throws UnderstudyError `file-missing`, `consent-invalid`.
 */
export async function readConsentFile(path: string, photoSha256: readonly string[], io: CliIo): Promise<Consent> {
  const file = resolve(io.cwd, path);
  await assertInputFile(file, "consent file");
  const consent = parseConsent(parseJson(await readFile(file, "utf8"), path));
  assertConsentCovers(consent, photoSha256, io.now());
  return consent;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnderstudyError("consent-invalid", `The consent file ${path} is not JSON.`, { cause });
  }
}
