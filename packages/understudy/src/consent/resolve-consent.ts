import { resolve } from "node:path";
import {
  attestationStatement,
  hasExpired,
  isOwnConsent,
  parseConsent,
  UnderstudyError,
  type Consent,
  type ConsentEntry,
} from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { readJsonFile } from "#paths/index.js";
import { assertHolds, assertNotRevoked } from "./assert-holds.js";
import { attest, type Attestation } from "./attest.js";
import { liveStanding, readRules, type ConsentRules } from "./consent-rules.js";
import { counts } from "./consent-state.js";
import { keepConsent, type ConsentData } from "./keep-consent.js";
import { connectionVersion, type StandingAttestation } from "./standing-attestation.js";
import { assertMayAttest, assertNotTakenBack } from "./taken-back.js";

/** What the command line and the configuration say of permission. */
export interface ConsentWish {
  /** `--consent` as given: a file, or `attested:NAME`. */
  readonly flag?: string | undefined;
  /** Whether a name in `flag` attests only where no record counts, because it is said for several people; default false. */
  readonly isForTheRest?: boolean;
  /** A record of this data folder by its id, in the place of `flag`. */
  readonly consentId?: string | undefined;
  /** Of a connected table, in the place of the configuration's. */
  readonly standing?: StandingAttestation | undefined;
  readonly photoSha256: readonly string[];
  /** How the person is called who is replaced, when there are several; default: there is one. */
  readonly whose?: string;
  /** Whether a voice is cloned: of several records on file one that covers the voice is taken; default false. */
  readonly prefersVoice?: boolean;
  readonly policy: Config["consent"];
  /** False for a dry run: nothing is asked and nothing is stored. */
  readonly mayRemember: boolean;
  /** Asks the person at the terminal for their name; undefined: there is nobody to ask. */
  readonly ask?: ((photoCount: number, whose?: string) => Promise<string>) | undefined;
}

/** The file that `--consent` names; undefined when it names a person, or is not given. */
export function consentFileOf(flag: string | undefined): string | undefined {
  return flag?.startsWith("attested:") ? undefined : flag;
}

/**
 * Finds the permission for these photos: the flag or the record that is named, else a stored record, else the standing
 * attestation, else the person at the terminal.
 * @throws UnderstudyError `consent-required`, `consent-revoked`, `attestation-not-allowed`, `bad-config`, `bad-usage`,
 * `data-folder-unreadable`, `file-missing`, `unknown-consent`, and for a file `consent-altered` when it differs from the
 * record that is here, and what `parseConsent()` and `assertConsentCovers()` say.
 */
export async function resolveConsent(
  wish: ConsentWish,
  data: ConsentData,
  io: Pick<CliIo, "cwd" | "now">,
): Promise<Consent> {
  const { flag, photoSha256, policy, mayRemember } = wish;
  const now = io.now();
  const configured = await readRules(policy, data, now);
  const rules = wish.standing === undefined ? configured : { ...configured, standing: wish.standing };
  const attestWith = (attestation: Attestation) =>
    attest(attestation, { photoSha256, entries: rules.entries, data, mayRemember, now });
  const find = (fits: (consent: Consent) => boolean) =>
    data.consents.find(photoSha256, now, (consent) => counts(consent, photoSha256, rules) && fits(consent));
  const findStored = async () =>
    (wish.prefersVoice === true ? await find(({ scope }) => scope.voice) : undefined) ?? (await find(() => true));

  if (flag?.startsWith("attested:")) {
    const operator = attestorOf(flag);
    const own = wish.isForTheRest === true ? await findStored() : undefined;
    if (own !== undefined) return own;
    assertMayAttest(photoSha256, rules);
    return attestWith(byOperator(operator));
  }
  if (flag !== undefined) return consentInFile(resolve(io.cwd, flag), wish, rules, data);
  if (wish.consentId !== undefined) return consentOnRecord(wish.consentId, wish, rules, data);

  const stored = await findStored();
  if (stored !== undefined) return stored;
  assertNotTakenBack(photoSha256, rules);
  const standing = liveStanding(rules);
  if (standing !== undefined) {
    assertMayAttest(photoSha256, rules);
    return attestWith(byStanding(standing, wish.standing === undefined ? "configuration" : connectionVersion));
  }
  if (wish.ask !== undefined && mayRemember && policy.allowAttested) {
    return attestWith(byOperator(await wish.ask(photoSha256.length, wish.whose)));
  }
  throw consentRequired(wish, rules);
}

/** A file that counts is kept like any other record: what was made under it must be found when it is taken back. */
async function consentInFile(
  path: string,
  { photoSha256, mayRemember }: ConsentWish,
  rules: ConsentRules,
  data: ConsentData,
): Promise<Consent> {
  const consent = parseConsent(await readJsonFile(path, { what: "consent file", invalid: "consent-invalid" }));
  const { isNew } = await assertHolds(consent, photoSha256, rules, data);
  if (mayRemember && isNew) await keepConsent(consent, data, rules.now);
  return consent;
}

async function consentOnRecord(
  id: string,
  { photoSha256 }: ConsentWish,
  rules: ConsentRules,
  data: ConsentData,
): Promise<Consent> {
  // A revocation outlives its record, and counts when the record is damaged.
  assertNotRevoked(id, rules);
  const entry = await data.consents.get(id);
  if (entry === undefined) throw new UnderstudyError("unknown-consent", "There is no consent record of this id.");
  await assertHolds(entry.consent, photoSha256, rules, data);
  return entry.consent;
}

function byOperator(operator: string): Attestation {
  return { method: "attested", operator, statement: attestationStatement };
}

function byStanding({ operator, statement, use, expiresAt }: StandingAttestation, version: string): Attestation {
  // Nobody says in which language it is written.
  const shown = { text: statement, version, language: "und" };
  return { method: "standing-attestation", operator, statement: shown, scope: { use }, expiresAt };
}

/** Says which record ran out or does not count, when there is one. */
function consentRequired({ photoSha256, standing: ofConnection }: ConsentWish, rules: ConsentRules): UnderstudyError {
  const { entries, allowAttested, now } = rules;
  const covers = ({ consent, revocation }: ConsentEntry) =>
    revocation === undefined && photoSha256.every((sha256) => consent.photoSha256.includes(sha256));
  const last = entries.findLast(covers)?.consent;
  const isOver = last !== undefined && hasExpired(last, now);
  if (last !== undefined && !isOver && !allowAttested) {
    const why = isOwnConsent(last) ? "has no evidence here" : `is only ${last.operator}'s word`;
    const message = `Consent ${last.id} ${why}, and the policy of this installation takes nobody else's word.`;
    return new UnderstudyError("attestation-not-allowed", message);
  }
  const source = ofConnection === undefined ? "configuration" : "connection";
  const ended = rules.standing !== undefined && hasExpired(rules.standing, now) ? rules.standing.expiresAt : undefined;
  const nothing =
    ended === undefined
      ? "There is no record that the person in this photo agreed."
      : `The standing attestation of the ${source} ended on ${ended.slice(0, 10)}, and there is no record for this photo.`;
  const message =
    last === undefined
      ? nothing
      : isOver
        ? `Consent ${last.id} ran out on ${last.expiresAt}, and there is no other for this photo.`
        : `Consent ${last.id} rests on a word that does not count any more.`;
  return new UnderstudyError("consent-required", message, hintFor(allowAttested, ended, source));
}

function hintFor(
  allowAttested: boolean,
  standingEnded: string | undefined,
  source: "configuration" | "connection",
): { readonly hint?: string } {
  if (!allowAttested) {
    return { hint: "Give --consent FILE, or record the person's own consent with `understudy consent new`." };
  }
  if (standingEnded === undefined) return {};
  return {
    hint:
      source === "configuration"
        ? "Renew consent.standing.expiresAt."
        : "Connect the table again with an attestation that holds, then ask for a new render.",
  };
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
