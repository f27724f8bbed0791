import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listPeople, type ListedPerson } from "#analyse/index.js";
import { probeSource } from "#media/index.js";
import type { RgbImage } from "#model/image.js";
import type { SourceMedia } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import type { RenderRequest } from "#model/request.js";
import type { Run } from "#model/run.js";
import { planRender } from "#plan/index.js";
import { openFaceThreads } from "#threads/index.js";
import { drawPeopleSheet } from "./people-sheet.js";
import type { PrepareServices, RenderServices } from "./pipeline.js";

/** What is looked at. */
export interface AnalyseVideoRequest extends Pick<RenderRequest, "sourcePath" | "stitch" | "limits"> {
  /** Whether a picture of the people is wanted. */
  readonly wantsSheet: boolean;
}

/** What looking at a video works with. */
export type AnalyseVideoServices = PrepareServices & Pick<RenderServices, "templates" | "workFolder">;

/** A person of a video. Their number is what `PersonChoice` means by it; what they are known by is not told. */
export type PersonInVideo = Omit<ListedPerson, "views">;

/** What a video shows, and what the default plan would do to it. */
export interface VideoAnalysis {
  readonly source: SourceMedia;
  readonly people: readonly PersonInVideo[];
  /** Number of whoever is furthest left, or right, where several are seen together. */
  readonly left?: number;
  readonly right?: number;
  readonly plan: RenderPlan;
  /** One tile a person: a frame, upright, with the numbers of everybody in it. Without people there is none. */
  readonly sheet?: RgbImage;
}

/**
 * Lists the people of a video, so that one can be chosen: looks at two frames of each second, and at every shot. Says what the default
 * plan would encode again, too.
 * @throws UnderstudyError every code of probing and decoding.
 */
export async function analyseVideo(
  { sourcePath, stitch, limits, wantsSheet }: AnalyseVideoRequest,
  run: Run,
  services: AnalyseVideoServices,
): Promise<VideoAnalysis> {
  const { io, mediaIo = "auto", workers, templates } = services;
  const { source, index } = await run.step("probe", () => probeSource(io, sourcePath, limits, run.signal));
  const plan = planRender({ index, stitch });
  const threads = openFaceThreads({ engineId: "mesh", cast: [], photoLimits: limits, mediaIo }, workers);
  const workFolder = await mkdtemp(join(services.workFolder ?? tmpdir(), "understudy-"));
  try {
    const looking = { source, index, plan, workFolder, threads, ...(templates && { templates }) };
    const { people, ...sides } = await listPeople(looking, run);
    const sheet = wantsSheet && people.length > 0 ? await drawPeopleSheet(io, source, people, run.signal) : undefined;
    return { source, plan, people: people.map(withoutViews), ...sides, ...(sheet && { sheet }) };
  } finally {
    await threads.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}

function withoutViews(person: ListedPerson): PersonInVideo {
  const { number, seconds, firstSeconds, lastSeconds, meanSizePixels, side, example } = person;
  return { number, seconds, firstSeconds, lastSeconds, meanSizePixels, side, example };
}
