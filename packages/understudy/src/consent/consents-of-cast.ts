import { resolve } from "node:path";
import { nameOfPerson, parseConsent, UnderstudyError, type Consent, type PersonChoice } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { readJsonFile } from "#paths/index.js";
import type { ConsentData } from "./keep-consent.js";
import { consentFileOf, resolveConsent, type ConsentWish } from "./resolve-consent.js";

/** What is said of permission for everybody whose face is put in. */
export interface CastConsentWish extends Omit<ConsentWish, "flag" | "isForTheRest" | "photoSha256" | "whose"> {
  /** `--consent` as often as it was given: files, and at most one `attested:NAME`. */
  readonly flags?: readonly string[];
}

/** On whose word one person's face is put in: a record by its id, a word, a standing attestation, or nothing of these. */
export type MemberPermission = Pick<ConsentWish, "consentId" | "flag" | "standing">;

/** A member of a cast by the photos' bytes. */
export interface MemberPhotos {
  readonly person: PersonChoice;
  readonly photoSha256: readonly string[];
  /** What was said of this person alone; default: what was said of all. */
  readonly permission?: MemberPermission;
}

/**
 * Finds each member's permission. A file belongs to every member whose photo it covers; a name attests for all members that
 * neither a file nor a record speaks for.
 * @returns as many consents as there are members, in their order.
 * @throws UnderstudyError `bad-usage` for two names, or two files that speak for one member; `consent-mismatch` for a file
 * that speaks for nobody here; and what `resolveConsent()` says, with the member's name when there are several.
 */
export async function resolveConsents(
  members: readonly MemberPhotos[],
  { flags = [], ...wish }: CastConsentWish,
  data: ConsentData,
  io: Pick<CliIo, "cwd" | "now">,
): Promise<readonly Consent[]> {
  const [only, ...others] = members;
  // A file that does not fit is told so in the words of `resolveConsent`.
  if (only !== undefined && others.length === 0 && flags.length <= 1) {
    const { photoSha256, permission } = only;
    return [await resolveConsent({ ...wish, flag: flags[0], ...permission, photoSha256 }, data, io)];
  }
  const isFile = (flag: string) => consentFileOf(flag) !== undefined;
  const names = flags.filter((flag) => !isFile(flag));
  if (names.length > 1) throw new UnderstudyError("bad-usage", "--consent names two people who attest.", giveOne);
  const files = await filesFor(members, flags.filter(isFile), io);
  const consents: Consent[] = [];
  // One after the other: there may be questions at the terminal, and one may make the next needless.
  for (const member of members) {
    const file = files.get(member);
    const { person, photoSha256, permission } = member;
    const said = permission ?? (file === undefined ? { flag: names[0], isForTheRest: true } : { flag: file });
    const whose = nameOfPerson(person);
    consents.push(
      await resolveConsent({ ...wish, ...said, photoSha256, whose }, data, io).catch((thrown: unknown) => {
        throw saidOf(whose, thrown);
      }),
    );
  }
  return consents;
}

const giveOne = { hint: "Give --consent once with a name; with files, once for each person." };

/** Which file speaks for which member. */
async function filesFor(
  members: readonly MemberPhotos[],
  files: readonly string[],
  { cwd }: Pick<CliIo, "cwd">,
): Promise<ReadonlyMap<MemberPhotos, string>> {
  const found = new Map<MemberPhotos, string>();
  for (const file of files) {
    const what = { what: "consent file", invalid: "consent-invalid" } as const;
    const consent = parseConsent(await readJsonFile(resolve(cwd, file), what));
    const covered = members.filter(({ photoSha256 }) =>
      photoSha256.some((sha256) => consent.photoSha256.includes(sha256)),
    );
    if (covered.length === 0) {
      throw new UnderstudyError("consent-mismatch", `Consent ${consent.id} was given for another photo.`);
    }
    for (const member of covered) {
      if (!found.has(member)) found.set(member, file);
      else throw new UnderstudyError("bad-usage", "Two consent files speak for the same person.", giveOne);
    }
  }
  return found;
}

function saidOf(whose: string, thrown: unknown): unknown {
  if (!(thrown instanceof UnderstudyError)) return thrown;
  const { code, message, hint } = thrown;
  return new UnderstudyError(code, `${whose}: ${message}`, { hint, cause: thrown });
}
