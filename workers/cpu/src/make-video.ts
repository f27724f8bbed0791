import { join } from "node:path";
import type { Manifest } from "@understudy/render";
import type { JobContext } from "@understudy/runpod/worker";
import {
  briefFields,
  checkInputAddress,
  decideJob,
  fetchInput,
  publishRender,
  runRender,
  stitchModeOf,
  withdrawRender,
  type BriefOrder,
  type RenderHost,
  type RenderJob,
  type ResultPlace,
} from "@understudy/understudy";
import type { Budget, StageShare } from "./deadline.js";
import { createJobProgress } from "./job-progress.js";
import { withJobFolder, type Workshop } from "./workshop.js";

/** A video that can be fetched. */
export interface FinishedVideo {
  readonly outputUrl: string;
  readonly manifest: Manifest;
}

/**
 * Download, render, publish. Of a failure nothing is left but the record that a render failed.
 * @throws UnderstudyError whatever went wrong; `deadline-exceeded`, `cancelled`.
 */
export function makeVideo(
  order: BriefOrder,
  budget: Budget,
  workshop: Workshop,
  context: JobContext,
): Promise<FinishedVideo> {
  const { results } = workshop;
  const { signal: cancelled } = context;
  return withJobFolder(workshop, async (folder) => {
    const place = await results.prepare({ name: order.recordId, workFolder: folder });
    const progress = createJobProgress(context);
    const attempt: Attempt = { order, folder, place, workshop, progress };
    let job: RenderJob | undefined;
    try {
      const decided = await budget.run("download", cancelled, (share) => fetchAndDecide(attempt, share));
      job = decided;
      const manifest = await budget.run("render", cancelled, ({ signal }) =>
        runRender(decided, hostOf(attempt, signal, context.log)),
      );
      progress("publish", 0);
      const outputUrl = await budget.run("publish", cancelled, (share) =>
        publishRender({ job: decided, results, place }, share),
      );
      return { outputUrl, manifest };
    } catch (thrown) {
      if (job === undefined) await results.discard(place).catch(() => undefined);
      else await withdrawRender({ job, results, place }, thrown, workshop);
      throw thrown;
    }
  });
}

interface Attempt {
  readonly order: BriefOrder;
  /** Holds what is fetched; goes with the job. */
  readonly folder: string;
  readonly place: ResultPlace;
  readonly workshop: Workshop;
  readonly progress: (stage: string, share: number) => void;
}

/**
 * A webhook that may not be asked ends the job before anything is fetched: nobody would learn of its end. Then the photo: consent
 * is for its bytes, and without consent the video is not even fetched.
 */
async function fetchAndDecide(attempt: Attempt, { signal, remainingMs, workOn }: StageShare): Promise<RenderJob> {
  const { order, folder, place, workshop, progress } = attempt;
  const { policy, config } = workshop;
  const rules = { policy, maxBytes: config.limits.maxInputBytes, totalMs: remainingMs, signal };
  const { avatarImageUrl, sourceVideoUrl, webhookUrl } = briefFields;
  // Messages about a file name it: whoever reads them knows it by its member.
  const [photoPath, sourcePath] = [join(folder, avatarImageUrl), join(folder, sourceVideoUrl)];
  if (order.webhookUrl !== undefined) await checkInputAddress(webhookUrl, order.webhookUrl, { policy, signal });
  workOn(avatarImageUrl);
  await fetchInput({ field: avatarImageUrl, url: order.avatarImageUrl, kind: "image", path: photoPath }, rules);
  const wish = {
    ...workshop,
    config: { ...config, stitch: stitchModeOf(config, "link") },
    sourcePath,
    cast: [{ person: { kind: "largest" }, facePaths: [photoPath] }],
    allowMissingFace: false,
    consent: { mayRemember: true },
    outputs: place.outputs,
    replace: false,
  } as const;
  const job = await decideJob(wish, { ...workshop, signal });
  workOn(sourceVideoUrl);
  await fetchInput(
    { field: sourceVideoUrl, url: order.sourceVideoUrl, kind: "video", path: sourcePath },
    { ...rules, onShare: (share) => progress("download", share) },
  );
  return { ...job, published: place.objects };
}

function hostOf(
  { workshop: { wiring, now }, progress }: Attempt,
  signal: AbortSignal,
  log: (message: string) => void,
): RenderHost {
  return {
    wiring,
    signal,
    now,
    onProgress: ({ stage, done, total }) => progress(stage, total > 0 ? done / total : 1),
    onKeysMade: () => log("Made the keys that sign videos."),
  };
}
