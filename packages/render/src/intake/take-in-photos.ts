import { hashFile, maxPhotoBytes } from "#media/index.js";
import { assertConsentCovers } from "#model/consent.js";
import { UnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import { maxCastMembers, nameOfPerson, type CastMember, type CastPhotos } from "#model/person.js";
import type { RenderRequest } from "#model/request.js";

/**
 * Hashes the photos of the whole cast and checks that each member's consent covers exactly theirs.
 * @returns an entry for each member, in their order.
 * @throws UnderstudyError `file-missing`, `input-too-large`, `bad-usage` for a person who is named twice or too many people,
 * and what `assertConsentCovers()` throws.
 */
export async function takeInPhotos(
  { cast, limits }: Pick<RenderRequest, "cast" | "limits">,
  now: Date,
  signal: AbortSignal,
): Promise<readonly [CastPhotos, ...CastPhotos[]]> {
  const maxBytes = Math.min(maxPhotoBytes, limits.maxInputBytes);
  const photoAt = async (path: string, what: string): Promise<Artifact> => {
    const { sha256, byteLength } = await hashFile(path, { maxBytes, what, signal });
    return { key: path, sha256, byteLength, mediaType: "image/*" };
  };
  const takeIn = async ({ person, facePaths, consent }: CastMember): Promise<CastPhotos> => {
    const [first, ...others] = facePaths;
    const faces: [Artifact, ...Artifact[]] = [await photoAt(first, "The photo")];
    for (const path of others) faces.push(await photoAt(path, "The photo"));
    assertConsentCovers(consent, { photoSha256: faces.map(({ sha256 }) => sha256), uses: ["face"], now });
    if (person.kind !== "photo") return { person, faces };
    return { person, faces, reference: await photoAt(person.path, "The photo of the person to replace") };
  };
  if (cast.length > maxCastMembers) {
    throw new UnderstudyError("bad-usage", `${cast.length} people are named; ${maxCastMembers} can get a face.`);
  }
  const [first, ...others] = cast;
  const photos: [CastPhotos, ...CastPhotos[]] = [await takeIn(first)];
  for (const member of others) photos.push(await takeIn(member));
  assertDistinct(photos);
  return photos;
}

/** Who is named in one way twice; that two names mean one person is seen in the video only. */
function assertDistinct(photos: readonly CastPhotos[]): void {
  const names = photos.map(({ person, reference }) => reference?.sha256 ?? nameOfPerson(person));
  if (new Set(names).size === names.length) return;
  throw new UnderstudyError("bad-usage", "The same person is to get two faces.", {
    hint: "Name each person of the video once.",
  });
}
