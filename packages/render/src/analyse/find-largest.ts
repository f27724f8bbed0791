import type { Segment } from "#model/plan.js";
import type { Run } from "#model/run.js";
import type { AnalyseInput } from "./index.js";
import type { Looked, LookWork } from "./look-for-people.js";
import { lookInLanes, seenInAll } from "./look-in-lanes.js";
import { largestOf, listThePeople, viewsOf } from "./people-listing.js";
import type { PersonTarget } from "./person-target.js";
import { planChunks } from "./plan-chunks.js";

type FindInput = Pick<AnalyseInput, "source" | "index" | "plan" | "threads">;

/** Fewer looks cannot tell a passer-by from the person. */
const minLooks = 3;
/** A segment is looked at this often at most. */
const maxLooks = 60;

/**
 * Finds out whose face is largest in each of some segments, so that it is one person from the segment's first frame to its last,
 * however many threads share it. Looks at the first frame of each run of packets of two seconds and more, which decodes alone and
 * where shots mostly begin. What is found follows from the video and the segment, and from no other segment.
 * @returns one target a segment, in their order; without anchor where no look found a face.
 * @throws UnderstudyError every code of reading.
 */
export async function findLargest(
  segments: readonly Segment[],
  input: FindInput,
  run: Run,
): Promise<readonly PersonTarget[]> {
  const works = segments.flatMap((segment) => worksOf(segment, input).map((work) => ({ segment, work })));
  const looked = await lookInLanes(
    works.map(({ work }) => work),
    input.threads,
    run,
    // Not a child: what people are known by is not kept.
    (_, look) => run.step("find-largest", look),
  );
  return segments.map((segment) => {
    const parts = looked.filter((_, i) => works[i]!.segment === segment);
    return targetOf(inside(seenInAll(parts), segment), input);
  });
}

function worksOf(segment: Segment, { source, index, plan }: FindInput): LookWork[] {
  // As many lanes as there can be: where the chunks begin does not follow from the machine.
  const chunks = planChunks(index, [segment], Number.POSITIVE_INFINITY);
  const frames = framesToLookAt(
    segment,
    chunks.flatMap(({ pieces }) => pieces.map(({ startFrame }) => startFrame)),
  );
  return chunks
    .map(({ region }) => ({
      sourcePath: source.path,
      video: source.video,
      region,
      stitch: plan.stitch,
      frames: frames.filter((frame) => region.startFrame <= frame && frame < region.endFrame),
      tiles: "when-empty" as const,
    }))
    .filter((work) => work.frames.length > 0);
}

/** @param starts where chunks begin, ascending. */
function framesToLookAt({ startFrame, endFrame }: Segment, starts: readonly number[]): number[] {
  const every = Math.ceil(starts.length / maxLooks);
  const frames = new Set(starts.filter((_, i) => i % every === 0));
  for (let look = 0; frames.size < minLooks && look < minLooks; look++)
    frames.add(startFrame + Math.floor((look * (endFrame - startFrame)) / minLooks));
  return [...frames].sort((a, b) => a - b);
}

/** The first frame of every shot that was passed is looked at, too; some lie outside. */
function inside({ frames, sightings }: Looked, { startFrame, endFrame }: Segment): Looked {
  const isInside = (frame: number): boolean => startFrame <= frame && frame < endFrame;
  return { frames: frames.filter(isInside), sightings: sightings.filter(({ frame }) => isInside(frame)) };
}

function targetOf(looked: Looked, { source, index }: FindInput): PersonTarget {
  const { people } = listThePeople(looked, index, source.video);
  const largest = largestOf(people);
  if (largest !== undefined) {
    const others = people.filter((person) => person !== largest);
    return { kind: "largest", anchor: { embeddings: viewsOf([largest]), others: viewsOf(others) } };
  }
  // Nobody who is fit for a list: seen once, or only from the side.
  const sighting = looked.sightings.toSorted((a, b) => b.box.sizePixels - a.box.sizePixels)[0];
  if (sighting === undefined) return { kind: "largest" };
  return { kind: "largest", anchor: { embeddings: [Float32Array.from(sighting.embedding)], others: [] } };
}
