import type { SubjectFiles } from "./find-subject.js";
import type { TraceMarks } from "./find-traces.js";

/**
 * What to look for to find everything of a person. A photo shows one person, whoever's name it stands under, so every copy of
 * it goes. A source video or signed document that another person's records name too is not this person's alone, and stays; so
 * do those records.
 */
export function marksOf({ subjectId, consents, renders, others }: SubjectFiles): TraceMarks {
  const shared = new Set([...photosOf(others), ...evidenceOf(others), ...sourcesOf(others)]);
  const own = (hashes: readonly string[]) => hashes.filter((sha256) => !shared.has(sha256));
  const photos = photosOf({ consents, renders });
  const outputs = renders.flatMap((record) => record.outputs.map(({ sha256 }) => sha256));
  const consentIds = [...consents.map(({ consent }) => consent.id), ...renders.map(({ consentId }) => consentId)];
  return {
    sha256: new Set([...photos, ...own(evidenceOf({ consents })), ...own(sourcesOf({ renders })), ...outputs]),
    // A passcode that waits knows the person by the photo only.
    ids: [...new Set([subjectId, ...consentIds, ...own(photos)])],
  };
}

function photosOf({ consents, renders }: Pick<SubjectFiles, "consents" | "renders">): string[] {
  return [
    ...consents.flatMap(({ consent }) => consent.photoSha256),
    ...renders.flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)),
  ];
}

function evidenceOf({ consents }: Pick<SubjectFiles, "consents">): string[] {
  return consents.flatMap(({ consent }) => consent.evidence.map(({ sha256 }) => sha256));
}

function sourcesOf({ renders }: Pick<SubjectFiles, "renders">): string[] {
  return renders.flatMap(({ source }) => source.sha256 ?? []);
}
