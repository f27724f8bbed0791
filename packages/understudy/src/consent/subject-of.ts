import { UnderstudyError, type ConsentEntry, type NewConsent } from "@understudy/render";

/** Whose record it will be: somebody on record, or somebody new. */
export type SubjectChoice = NewConsent["subject"];

/**
 * The person of these photos. A photo that is on record belongs to its subject: what is erased for a person must be all.
 * @param wish a name, or the id of a subject on record; without one a new subject is called after the photo.
 * @throws UnderstudyError `unknown-subject`; `consent-mismatch` when a photo is on record for somebody else.
 */
export function subjectOf(
  entries: readonly ConsentEntry[],
  photoSha256: readonly string[],
  wish?: string,
): SubjectChoice {
  const known = entries.map(({ consent }) => consent);
  const ofPhotos = known.filter((consent) => consent.photoSha256.some((sha256) => photoSha256.includes(sha256)));
  const wished = wish !== undefined && subjectId.test(wish) ? wish : undefined;
  const ids = new Set([...ofPhotos.map(({ subject }) => subject.id), ...(wished === undefined ? [] : [wished])]);
  if (wished !== undefined && !known.some(({ subject }) => subject.id === wished)) {
    throw new UnderstudyError("unknown-subject", `There is no subject ${wished} on record.`);
  }
  if (ids.size > 1) {
    throw new UnderstudyError("consent-mismatch", "One of the photos is on record for another subject.", {
      hint: "Give the photos of one person; `understudy consent list` shows whose they are.",
    });
  }
  const [id] = ids;
  const name = wished === undefined ? wish : undefined;
  const knownName = known.findLast(({ subject }) => subject.id === id)?.subject.name;
  const called = name ?? knownName ?? `person in photo ${photoSha256[0]?.slice(0, 8)}`;
  return id === undefined ? { name: called } : { id, name: called };
}

const subjectId = /^subject_[0-9a-f]{16}$/;
