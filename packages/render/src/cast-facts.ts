import { consentCommitment } from "#model/consent.js";
import type { CastFacts, Manifest } from "#model/manifest.js";
import { nameOfPerson, type CastMember, type CastPhotos } from "#model/person.js";
import type { RenderRequest } from "#model/request.js";

/**
 * What the manifest says of the cast. It lies beside the video and travels with it, and a photo's file name often is a
 * person's: photos are numbered, over the whole cast.
 * @param photos of each member, as `takeInPhotos()` gave them.
 */
export function castFactsOf(cast: RenderRequest["cast"], photos: readonly CastPhotos[]): Manifest["cast"] {
  let number = 0;
  const factsOf = ({ person, consent }: CastMember, position: number): CastFacts => ({
    person: nameOfPerson(person),
    faces: photos[position]!.faces.map((face) => ({ ...face, key: `photo ${++number}` })),
    consent: {
      id: consent.id,
      method: consent.method,
      operator: consent.operator,
      commitment: consentCommitment(consent),
    },
  });
  const [first, ...others] = cast;
  return [factsOf(first, 0), ...others.map((member, i) => factsOf(member, i + 1))];
}
