import { inLanes } from "#in-lanes.js";
import type { Run } from "#model/run.js";
import type { Looked, LookWork } from "./look-for-people.js";

/** The threads that people are looked for in. At most `limit` calls at a time. */
export interface PeopleThreads {
  readonly limit: number;
  /** Looks for all faces in some frames of a run of packets. @throws UnderstudyError every code of reading. */
  lookForPeople(work: LookWork, signal: AbortSignal, onFrames: (frames: number) => void): Promise<Looked>;
}

/**
 * Looks for people in several runs of packets, and tells progress in frames looked at.
 * @param once does a look as a step of the run, or as a child.
 * @returns what was seen in each.
 * @throws UnderstudyError every code of reading.
 */
export async function lookInLanes(
  works: readonly LookWork[],
  threads: PeopleThreads,
  run: Run,
  once: (work: LookWork, look: () => Promise<Looked>) => Promise<Looked>,
): Promise<readonly Looked[]> {
  const total = works.reduce((sum, { frames }) => sum + frames.length, 0);
  const done = works.map(() => 0);
  const tell = (place: number, passed: number): void => {
    done[place] = passed;
    run.progress({ stage: "plan", done: done.reduce((sum, count) => sum + count, 0), total, unit: "frames" });
  };
  return inLanes(works, threads.limit, run.signal, (work, place, signal) =>
    once(work, () => threads.lookForPeople(work, signal, (passed) => tell(place, passed))),
  );
}

/** Everything that was seen in several runs of packets. */
export function seenInAll(parts: readonly Looked[]): Looked {
  return { frames: parts.flatMap(({ frames }) => frames), sightings: parts.flatMap(({ sightings }) => sightings) };
}
