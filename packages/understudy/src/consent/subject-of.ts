import { UnderstudyError, type Consent, type ConsentEntry, type NewConsent } from "@understudy/render";

/** Whose record it will be: somebody on record, or somebody new. */
export type SubjectChoice = NewConsent["subject"];

/**
 * The person of these photos. A photo that is on record stays with its subject, so that erasing a person finds it all; only
 * a subject that was called after its photo may be given a name.
 * @param wish a name, or the id of a subject on record; without one a new subject is called after the photo.
 * @throws UnderstudyError `unknown-subject`; `consent-mismatch` when a photo is on record for somebody else.
 */
export function subjectOf(
  entries: readonly ConsentEntry[],
  photoSha256: readonly string[],
  wish?: string,
): SubjectChoice {
  const alias = `${aliasStart}${photoSha256[0]?.slice(0, 8)}`;
  const known = entries.map(({ consent }) => consent);
  const ofPhotos = known.filter((consent) => consent.photoSha256.some((sha256) => photoSha256.includes(sha256)));
  if (wish === undefined) return ofPhotos.at(-1)?.subject ?? { name: alias };
  const isWished = ({ subject }: Consent) => subject.id === wish || subject.name === wish;
  const found = ofPhotos.findLast(isWished);
  if (found !== undefined) return found.subject;
  if (ofPhotos.some(({ subject }) => !subject.name.startsWith(aliasStart))) throw onRecordForAnother();
  if (!subjectId.test(wish)) return { ...ofPhotos.at(-1)?.subject, name: wish };
  const subject = known.findLast(isWished)?.subject;
  if (subject === undefined) {
    throw new UnderstudyError("unknown-subject", `There is no subject ${wish} on record.`);
  }
  return subject;
}

/**
 * For a record that comes whole, whose subject cannot be chosen any more.
 * @throws UnderstudyError `consent-mismatch` when a photo is on record for somebody else who has a name.
 */
export function assertNobodyElses(
  entries: readonly ConsentEntry[],
  { photoSha256, subject }: Pick<Consent, "photoSha256" | "subject">,
): void {
  const isAnothers = ({ consent }: ConsentEntry) =>
    consent.subject.id !== subject.id &&
    !consent.subject.name.startsWith(aliasStart) &&
    consent.photoSha256.some((sha256) => photoSha256.includes(sha256));
  if (entries.some(isAnothers)) throw onRecordForAnother();
}

const aliasStart = "person in photo ";
const subjectId = /^subject_[0-9a-f]{16}$/;

function onRecordForAnother(): UnderstudyError {
  return new UnderstudyError("consent-mismatch", "A photo is on record for another subject.", {
    hint: "Give the subject's id as --subject; `understudy consent list` shows whose photos there are.",
  });
}
