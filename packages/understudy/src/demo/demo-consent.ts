import { readFile, writeFile } from "node:fs/promises";
import { assertConsentCovers, newConsent, parseConsent, type Consent } from "@understudy/render";

const statement =
  "This person does not exist. The portrait was drawn by @understudy/actors from a number; it may be used for anything.";

/** The record that the invented person of the portrait may be shown; kept beside the portrait, bound to its hash. */
export async function demoConsent(path: string, photoSha256: string, now: Date): Promise<Consent> {
  const kept = await readKept(path, photoSha256, now);
  if (kept !== undefined) return kept;
  const consent = newConsent({
    method: "fictional",
    statedBy: "Understudy",
    statement,
    photoSha256: [photoSha256],
    now,
  });
  await writeFile(path, `${JSON.stringify(consent, null, 2)}\n`);
  return consent;
}

async function readKept(path: string, photoSha256: string, now: Date): Promise<Consent | undefined> {
  try {
    const consent = parseConsent(JSON.parse(await readFile(path, "utf8")));
    assertConsentCovers(consent, [photoSha256], now);
    return consent.method === "fictional" ? consent : undefined;
  } catch {
    return undefined;
  }
}
