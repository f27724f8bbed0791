import { shownAs, type ShownPerson } from "#records/render-records.js";
import type { SubjectFiles } from "./find-subject.js";
import type { TraceMarks } from "./find-traces.js";

/**
 * What to look for to find everything of a person. A photo shows one person, whoever's name it stands under, so every copy of
 * it goes. A source video or signed document that another person's records name too is not this person's alone, and stays; so
 * do those records.
 */
export function marksOf(subject: SubjectFiles): TraceMarks {
  const { subjectId, consents, renders, passcodes, others } = subject;
  // Whoever else is in their videos keeps their own photos and consents.
  const theirs = renders.flatMap((record) => shownAs(record, subjectId));
  const everybody = [...others.renders, ...renders].flatMap(({ people }) => people);
  const somebodyElse = everybody.filter((person) => person.subjectId !== subjectId);
  const shared = new Set([...photosOf(others, somebodyElse), ...evidenceOf(others), ...sourcesOf(others)]);
  const own = (hashes: readonly string[]) => hashes.filter((sha256) => !shared.has(sha256));
  const photos = photosOf(subject, theirs);
  const outputs = renders.flatMap((record) => record.outputs.map(({ sha256 }) => sha256));
  const consentIds = [...consents.map(({ consent }) => consent.id), ...theirs.map(({ consentId }) => consentId)];
  return {
    sha256: new Map([
      ...marked(outputs, "a finished file"),
      ...marked(own(sourcesOf(subject)), "a source video"),
      ...marked(own(evidenceOf(subject)), "a recording or signed document"),
      ...marked(photos, "a photo"),
    ]),
    // A passcode that waits may know the person by the photo only.
    ids: [...new Set([subjectId, ...consentIds, ...passcodes.map(({ id }) => id), ...own(photos)])],
  };
}

function marked(hashes: readonly string[], of: string): [string, string][] {
  return hashes.map((sha256) => [sha256, of]);
}

type People = Pick<SubjectFiles, "consents" | "renders" | "passcodes">;

function photosOf({ consents, passcodes }: People, shown: readonly ShownPerson[]): string[] {
  return [
    ...consents.flatMap(({ consent }) => consent.photoSha256),
    ...shown.flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)),
    ...passcodes.flatMap(({ photoSha256 }) => photoSha256),
  ];
}

function evidenceOf({ consents }: People): string[] {
  return consents.flatMap(({ consent }) => consent.evidence.map(({ sha256 }) => sha256));
}

function sourcesOf({ renders }: People): string[] {
  return renders.flatMap(({ source }) => source.sha256 ?? []);
}
