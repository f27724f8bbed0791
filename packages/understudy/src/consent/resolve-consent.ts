import { resolve } from "node:path";
import {
  assertConsentCovers,
  attestationStatement,
  hasExpired,
  parseConsent,
  UnderstudyError,
  type Consent,
  type ConsentEntry,
} from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { wasErased } from "#erase/index.js";
import { readJsonFile } from "#paths/index.js";
import { askForConsent } from "./ask-for-consent.js";
import { attest, type Attestation } from "./attest.js";
import { keepConsent, type ConsentData } from "./keep-consent.js";
import { readStanding, restsOn, type StandingAttestation } from "./standing-attestation.js";
import { assertNotTakenBack, isAttestation, isTakenBack } from "./taken-back.js";

/** What the command line and the configuration say of permission. */
export interface ConsentWish {
  /** `--consent` as given: a file, or `attested:NAME`. */
  readonly flag?: string | undefined;
  readonly photoSha256: readonly string[];
  readonly policy: Config["consent"];
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
 * Finds the permission for these photos: the flag, else a stored record, else the standing attestation, else the person at
 * the terminal.
 * @throws UnderstudyError `consent-required`, `consent-revoked`, `attestation-not-allowed`, `bad-config`, `bad-usage`,
 * `file-missing`, and for a file what `parseConsent()` and `assertConsentCovers()` say.
 */
export async function resolveConsent(wish: ConsentWish, data: ConsentData, io: CliIo): Promise<Consent> {
  const { flag, photoSha256, policy, mayRemember } = wish;
  const now = io.now();
  const entries = await data.consents.list();
  const grounds: Grounds = { ...wish, entries, standing: liveStanding(policy, now) };
  const attestWith = (attestation: Attestation) =>
    attest(attestation, { photoSha256, entries, data, mayRemember, now });

  if (flag?.startsWith("attested:")) {
    const operator = attestorOf(flag);
    assertMayAttest(grounds);
    return attestWith(byOperator(operator));
  }
  if (flag !== undefined) return consentInFile(flag, grounds, data, io);

  const stored = await data.consents.find(photoSha256, now, (consent) => counts(consent, grounds));
  if (stored !== undefined) return stored;
  assertNotTakenBack(entries, photoSha256);
  if (grounds.standing !== undefined) {
    assertMayAttest(grounds);
    return attestWith(byConfiguration(grounds.standing));
  }
  if (wish.mayAsk && mayRemember && policy.allowAttested) {
    return attestWith(byOperator(await askForConsent(io, photoSha256.length)));
  }
  throw consentRequired(grounds, now);
}

/** All that decides whether somebody's word counts. */
interface Grounds extends ConsentWish {
  readonly entries: readonly ConsentEntry[];
  readonly standing: StandingAttestation | undefined;
}

function liveStanding(policy: Config["consent"], now: Date): StandingAttestation | undefined {
  const standing = readStanding(policy.standing);
  return standing === undefined || hasExpired(standing, now) ? undefined : standing;
}

/** What a person did themselves counts as it stands; somebody else's word only as long as policy and person let it. */
function counts(consent: Consent, { policy, entries, photoSha256, standing }: Grounds): boolean {
  if (!consent.scope.face || !consent.ageConfirmed) return false;
  if (!isAttestation(consent)) return true;
  if (!policy.allowAttested || isTakenBack(entries, photoSha256)) return false;
  return consent.method === "attested" || restsOn(consent, standing);
}

function assertMayAttest({ policy, entries, photoSha256 }: Grounds): void {
  if (!policy.allowAttested) {
    throw new UnderstudyError("attestation-not-allowed", "The policy of this installation takes nobody else's word.");
  }
  assertNotTakenBack(entries, photoSha256);
}

/** A file that counts is kept like any other record: what was made under it must be found when it is taken back. */
async function consentInFile(flag: string, grounds: Grounds, data: ConsentData, io: CliIo): Promise<Consent> {
  const file = { what: "consent file", invalid: "consent-invalid" } as const;
  const consent = parseConsent(await readJsonFile(resolve(io.cwd, flag), file));
  const known = await data.consents.get(consent.id);
  if (known?.revocation !== undefined) {
    const { revokedAt } = known.revocation;
    throw new UnderstudyError("consent-revoked", `Consent ${consent.id} was taken back on ${revokedAt}.`);
  }
  if (await wasErased(data, consent.subject.id)) {
    throw new UnderstudyError("consent-revoked", `Consent ${consent.id} is of a person who was erased here.`);
  }
  if (isAttestation(consent)) assertMayAttest(grounds);
  assertConsentCovers(consent, { photoSha256: grounds.photoSha256, uses: ["face"], now: io.now() });
  if (consent.method === "standing-attestation" && !restsOn(consent, grounds.standing)) {
    throw new UnderstudyError("consent-mismatch", `Consent ${consent.id} rests on another standing attestation.`, {
      hint: "It counts only where consent.standing in the configuration says the same.",
    });
  }
  if (grounds.mayRemember && known === undefined) await keepConsent(consent, data, io.now());
  return consent;
}

function byOperator(operator: string): Attestation {
  return { method: "attested", operator, statement: attestationStatement };
}

function byConfiguration({ operator, statement, use, expiresAt }: StandingAttestation): Attestation {
  // The configuration does not say in which language it is written.
  const shown = { text: statement, version: "configuration", language: "und" };
  return { method: "standing-attestation", operator, statement: shown, scope: { use }, expiresAt };
}

/** Says which record ran out or does not count, when there is one. */
function consentRequired({ entries, photoSha256, policy }: Grounds, now: Date): UnderstudyError {
  const covers = ({ consent, revocation }: ConsentEntry) =>
    revocation === undefined && photoSha256.every((sha256) => consent.photoSha256.includes(sha256));
  const last = entries.findLast(covers)?.consent;
  const hint = policy.allowAttested
    ? {}
    : { hint: "Give --consent FILE, or record the person's own consent with `understudy consent new`." };
  const message =
    last === undefined
      ? "There is no record that the person in this photo agreed."
      : hasExpired(last, now)
        ? `Consent ${last.id} ran out on ${last.expiresAt}, and there is no other for this photo.`
        : `Consent ${last.id} rests on a word that does not count any more.`;
  return new UnderstudyError("consent-required", message, hint);
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
