import { assertNever, UnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import { nameOfPerson, type CastPhotos } from "#model/person.js";
import type { Run } from "#model/run.js";
import { cosineOf } from "./group-people.js";
import { listPeople, type ListInput } from "./list-people.js";
import type { PeopleThreads } from "./look-in-lanes.js";
import { largestOf, viewsOf, type ListedPerson, type PeopleListing } from "./people-listing.js";
import type { PersonTarget } from "./person-target.js";

/** What finding out whom to follow takes. */
export interface ResolveInput extends ListInput {
  readonly cast: readonly Pick<CastPhotos, "person" | "reference">[];
  readonly threads: ResolveThreads;
}

/** The threads that people are recognised in. */
export interface ResolveThreads extends PeopleThreads {
  /** What the person in a photo is known by. @throws UnderstudyError `no-face-in-photo`, `many-faces-in-photo`. */
  recognisePhoto(photo: Artifact, signal: AbortSignal): Promise<readonly number[]>;
}

/** A photo of the person in the film has at least this cosine to one of their views; strangers 0.36 in one of ten pairs. */
const photoSimilarity = 0.45;
/** A face is told apart from those of this many other people. */
const maxOthers = 50;

/**
 * Finds out whom the tracker is to follow for each member of a cast. A cast for the largest face needs no look at the film; any
 * other needs the list of everybody in it.
 * @throws UnderstudyError `person-not-found`, `no-face-in-photo`, `many-faces-in-photo`; `bad-usage` when two members are one person.
 */
export async function resolveTargets(input: ResolveInput, run: Run): Promise<readonly PersonTarget[]> {
  const { cast, threads } = input;
  if (cast.length === 1 && cast[0]!.person.kind === "largest") return [{ kind: "largest" }];
  const known: (readonly number[] | undefined)[] = [];
  // Photos first: a bad one is told before the film is read.
  for (const { reference } of cast) known.push(reference && (await threads.recognisePhoto(reference, run.signal)));
  const listing = await listPeople(input, run);
  const people = cast.map((member, i) => personOf(member, known[i], listing));
  for (const [i, person] of people.entries()) {
    const other = people.indexOf(person);
    if (other < i) throw onePersonTwice(cast[other]!, cast[i]!, person);
  }
  return people.map((person) => ({
    kind: "known",
    embeddings: viewsOf([person]),
    others: viewsOf(listing.people.filter((other) => other !== person).slice(0, maxOthers)),
  }));
}

function personOf(
  { person }: ResolveInput["cast"][number],
  reference: readonly number[] | undefined,
  { people, left, right }: PeopleListing,
): ListedPerson {
  switch (person.kind) {
    case "largest":
      return largestOf(people) ?? notFound("Nobody's face was found in the video.");
    case "left":
    case "right": {
      const number = person.kind === "left" ? left : right;
      if (number !== undefined) return people[number - 1]!;
      return notFound(
        people.length === 0
          ? "Nobody's face was found in the video."
          : `Nobody is ${person.kind} of somebody else in the video: no two people are seen together.`,
      );
    }
    case "number":
      return people[person.number - 1] ?? notFound(`There is no person ${person.number}: ${inAll(people.length)}.`);
    case "photo":
      return nearestTo(reference ?? [], people);
    default:
      return assertNever(person);
  }
}

function nearestTo(reference: readonly number[], people: readonly ListedPerson[]): ListedPerson {
  const likeness = ({ views }: ListedPerson): number => Math.max(...views.map((view) => cosineOf(view, reference)));
  const nearest = people.toSorted((a, b) => likeness(b) - likeness(a))[0];
  if (nearest === undefined) return notFound("Nobody's face was found in the video.");
  if (likeness(nearest) >= photoSimilarity) return nearest;
  return notFound(
    `Nobody in the video is the person of the photo: the nearest is person ${nearest.number} with a similarity of ` +
      `${likeness(nearest).toFixed(2)}, and ${photoSimilarity} is needed.`,
  );
}

function onePersonTwice(
  one: ResolveInput["cast"][number],
  other: ResolveInput["cast"][number],
  { number }: ListedPerson,
): UnderstudyError {
  const names = `"${nameOfPerson(one.person)}" and "${nameOfPerson(other.person)}"`;
  return new UnderstudyError("bad-usage", `${names} are the same person of the video, number ${number}.`, {
    hint: "Give each person one face; understudy analyse VIDEO lists them.",
  });
}

const inAll = (count: number): string =>
  count === 0 ? "nobody's face was found in the video" : `the video shows ${count === 1 ? "one" : `${count} people`}`;

function notFound(message: string): never {
  throw new UnderstudyError("person-not-found", message);
}
