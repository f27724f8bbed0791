import { drawPerson, type ActorSpec, type Person } from "./person.js";

/** An invented person. Plain data: a worker thread can make the same actor again from `spec`. */
export interface Actor {
  readonly spec: ActorSpec;
  readonly person: Person;
}

/** Invents a person. The same spec gives the same person; the seed alone is enough. */
export function createActor(spec: ActorSpec): Actor {
  if (!Number.isSafeInteger(spec.seed)) throw new RangeError(`seed must be a whole number, not ${spec.seed}`);
  return { spec, person: drawPerson(spec) };
}
