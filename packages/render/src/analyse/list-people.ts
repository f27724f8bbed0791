import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { RenderPlan, Segment } from "#model/plan.js";
import type { Run } from "#model/run.js";
import { templateName, type TemplateStore } from "#templates/template-store.js";
import type { Looked } from "./look-for-people.js";
import { lookInLanes, seenInAll, type PeopleThreads } from "./look-in-lanes.js";
import { listingName, readListing, writeListing, type ListingOrigin } from "./people-file.js";
import { listThePeople, type PeopleListing } from "./people-listing.js";
import { planChunks } from "./plan-chunks.js";

/** What listing takes. */
export interface ListInput {
  readonly source: SourceMedia;
  readonly index: FrameIndex;
  readonly plan: Pick<RenderPlan, "stitch">;
  /** Where the listing is written on its way to the template. */
  readonly workFolder: string;
  readonly threads: PeopleThreads;
  /** Where the listing of this source may lie, and is left for the next. Default: neither. */
  readonly templates?: TemplateStore;
}

/** Time between two frames that are looked at; longer in films of more than ten minutes. */
const stepSeconds = 0.5;
/** A film is looked at this often at most, and at the first frame of every shot. */
const maxLooks = 1200;
/** Runs of packets are cut without regard to cores, so that every machine makes the same listing. */
const chunkSeconds = 8;

/**
 * Finds out who is in a film: looks at frames of the whole of it, some 0.1 s of processor time for each second of film and half that
 * again for decoding it, and tells the people apart.
 * @throws UnderstudyError every code of reading.
 */
export async function listPeople(input: ListInput, run: Run): Promise<PeopleListing> {
  const { source, plan, workFolder, templates } = input;
  const origin = {
    sourceSha256: source.sha256,
    trackIndex: source.video.index,
    isConverted: plan.stitch.mode !== "smart",
  };
  const name = listingName(origin);
  const path = join(workFolder, name);
  const kept = templates && (await takeListing(templates, path, origin, run.signal));
  if (kept !== undefined) return kept;
  const listing = listThePeople(await look(input, run), input.index, source.video);
  if (templates !== undefined) {
    await writeFile(path, writeListing(listing, origin), { mode: 0o600 });
    await templates.keep(templateName(source.sha256, name), path, run.signal);
    await rm(path);
  }
  return listing;
}

async function takeListing(
  templates: TemplateStore,
  path: string,
  origin: ListingOrigin,
  signal: AbortSignal,
): Promise<PeopleListing | undefined> {
  if (!(await templates.fetch(templateName(origin.sourceSha256, listingName(origin)), path, signal))) return undefined;
  const listing = await readListing(path, origin);
  // It may be a link to what is kept: a new one is written beside it, never into it.
  await rm(path);
  return listing;
}

async function look({ source, index, plan, threads }: ListInput, run: Run): Promise<Looked> {
  const frames = framesToLookAt(index);
  const works = planChunks(index, [wholeFilm(index)], Math.ceil(index.endSeconds / chunkSeconds))
    .map(({ region }) => ({
      sourcePath: source.path,
      video: source.video,
      region,
      stitch: plan.stitch,
      frames: frames.filter((frame) => region.startFrame <= frame && frame < region.endFrame),
      tiles: "always" as const,
    }))
    .filter((work) => work.frames.length > 0);
  const parts = await lookInLanes(works, threads, run, ({ region }, lookOnce) =>
    run.child(`people-${region.startFrame}-${region.endFrame}`, lookOnce),
  );
  return seenInAll(parts);
}

function framesToLookAt({ presentationSeconds, endSeconds }: FrameIndex): number[] {
  const step = Math.max(stepSeconds, endSeconds / maxLooks);
  const frames: number[] = [];
  let next = 0;
  for (const [frame, seconds] of presentationSeconds.entries()) {
    if (seconds < next) continue;
    frames.push(frame);
    next = seconds + step - 1e-6;
  }
  return frames;
}

function wholeFilm({ presentationSeconds, endSeconds }: FrameIndex): Segment {
  return {
    index: 0,
    startSeconds: 0,
    endSeconds,
    startFrame: 0,
    endFrame: presentationSeconds.length,
    treatment: "swap",
  };
}
