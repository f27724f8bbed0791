import { assertConsentCovers, newConsent, parseConsent, type Consent } from "@understudy/render";
import { readJsonFile, writeWhole } from "#paths/index.js";

const operator = "Understudy";
const statement = {
  text: "This person does not exist. The portrait was drawn by @understudy/actors from a number; it may be used for anything.",
  version: "1",
  language: "en",
};

/** The record that the invented person of the portrait may be shown; kept beside the portrait, bound to its hash. */
export async function demoConsent(path: string, photoSha256: string, now: Date): Promise<Consent> {
  const kept = await readDemoConsent(path);
  if (kept !== undefined && covers(kept, photoSha256, now)) return kept;
  const consent = newConsent({
    subject: { name: "invented person" },
    method: "fictional",
    operator,
    statement,
    scope: { use: "anything" },
    ageConfirmed: true,
    photoSha256: [photoSha256],
    now,
  });
  await writeWhole(path, `${JSON.stringify(consent, null, 2)}\n`);
  return consent;
}

/** The record at a path, if it is one that the demo wrote, for whichever portrait. */
export async function readDemoConsent(path: string): Promise<Consent | undefined> {
  try {
    const consent = parseConsent(await readJsonFile(path, { what: "consent record", invalid: "consent-invalid" }));
    return consent.method === "fictional" && consent.operator === operator ? consent : undefined;
  } catch {
    return undefined;
  }
}

function covers(consent: Consent, photoSha256: string, now: Date): boolean {
  try {
    assertConsentCovers(consent, { photoSha256: [photoSha256], uses: ["face"], now });
    return true;
  } catch {
    return false;
  }
}
