import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import {
  createInProcessRun,
  createPrepareServices,
  engineFailureOf,
  parseSwapClipInput,
  UnderstudyError,
  writeSwapClipOutput,
  type SwapClipOrder,
  type SwapClipOutput,
  type SwappedClip,
} from "@understudy/render";
import { JobFailure, type JobContext } from "@understudy/runpod/worker";
import { checkInputAddress, fetchInput } from "@understudy/understudy";
import { noteClip } from "./clip-record.js";
import { openBudget, type StageShare } from "./deadline.js";
import { logFailure } from "./failure-line.js";
import { createJobProgress } from "./job-progress.js";
import { putResult } from "./put-result.js";
import { assertNotTakenBack } from "./taken-back.js";
import { withJobFolder, type Workshop } from "./workshop.js";

/**
 * The engine contract: a clip and a photo in, the clip with that face out. Whoever asked holds the consent and says so; a
 * consent that was taken back on this machine stops it all the same.
 * @throws JobFailure with an `EngineFailure` as JSON.
 */
export async function runEngineJob(input: unknown, workshop: Workshop, context: JobContext): Promise<SwapClipOutput> {
  const { config, clock } = workshop;
  const { signal: cancelled } = context;
  const budget = openBudget(config.jobs.deadlineSeconds, clock, context.log);
  try {
    const order = parseSwapClipInput(input);
    if (order.putUrl === undefined && workshop.results.isLocal) throw nowhereToGo();
    return await withJobFolder(workshop, async (folder) => {
      const job = { order, folder, workshop, context };
      await budget.run("download", cancelled, (share) => fetchInputs(job, share));
      const clip = await budget.run("render", cancelled, (share) => swap(job, share));
      return await budget.run("publish", cancelled, async (share) => {
        if (order.putUrl === undefined) return writeSwapClipOutput(clip, await keep(job, clip, share));
        await put(job, clip, order.putUrl, share);
        return writeSwapClipOutput(clip);
      });
    });
  } catch (thrown) {
    logFailure(thrown, context.log);
    throw new JobFailure(JSON.stringify(engineFailureOf(thrown)));
  }
}

/** An answer names a web address, so that somebody else can fetch the clip. */
function nowhereToGo(): UnderstudyError {
  return new UnderstudyError("bad-job", "The clip has nowhere to go: this worker's own store has no web address.", {
    hint: "Send output.put_url, or set storage.publicUrl or the BUCKET_* variables of the worker.",
  });
}

/** One order at work; everything of it lies in the folder, which goes with the job. */
interface ClipJob {
  readonly order: SwapClipOrder;
  readonly folder: string;
  readonly workshop: Workshop;
  readonly context: JobContext;
}

/** Messages about a file name it: whoever reads them knows it by its member. */
function pathsIn(folder: string) {
  return {
    clip: join(folder, "clip_url"),
    face: join(folder, "face_url"),
    reference: join(folder, "photo_url"),
    made: join(folder, "swapped.mp4"),
  };
}

async function fetchInputs(
  { order, folder, workshop }: ClipJob,
  { signal, remainingMs, workOn }: StageShare,
): Promise<void> {
  const { policy, config } = workshop;
  const { clip, face, reference } = pathsIn(folder);
  await assertNotTakenBack(order.consent.id, workshop);
  const rules = { policy, maxBytes: config.limits.maxInputBytes, totalMs: remainingMs, signal };
  if (order.putUrl !== undefined) await checkInputAddress(putField, order.putUrl, { policy, signal });
  workOn("face_url");
  await fetchInput({ field: "face_url", url: order.faceUrl, kind: "image", path: face }, rules);
  if (order.person?.kind === "photo") {
    workOn("person.photo_url");
    const { photoUrl: url } = order.person;
    await fetchInput({ field: "person.photo_url", url, kind: "image", path: reference }, rules);
  }
  workOn("clip_url");
  await fetchInput({ field: "clip_url", url: order.clipUrl, kind: "video", path: clip }, rules);
}

function swap({ order, folder, workshop, context }: ClipJob, { signal }: StageShare): Promise<SwappedClip> {
  const { config } = workshop;
  const { consent, person, allowMissingFace, clipSha256, swapRanges } = order;
  const { clip, face, reference, made } = pathsIn(folder);
  const progress = createJobProgress(context);
  const run = createInProcessRun({
    signal,
    onProgress: ({ stage, done, total }) => progress(stage, total > 0 ? done / total : 1),
  });
  return workshop.swapClip(
    {
      clipPath: clip,
      facePath: face,
      outputPath: made,
      consent,
      allowMissingFace,
      engineId: config.engine,
      isCommercial: config.project.commercial,
      limits: config.limits,
      ...(person !== undefined && { person: person.kind === "photo" ? { kind: "photo", path: reference } : person }),
      ...(clipSha256 !== undefined && { clipSha256 }),
      ...(swapRanges !== undefined && { swapRanges }),
    },
    run,
    {
      ...createPrepareServices({ workers: config.workers, mediaIo: config.mediaIo }),
      workFolder: folder,
      assertNotRevoked: () => assertNotTakenBack(consent.id, workshop),
    },
  );
}

/** Into the store of this worker. It is noted first: the clip shows a person, and an erasure must find it. */
async function keep({ order, folder, workshop }: ClipJob, clip: SwappedClip, { signal }: StageShare): Promise<string> {
  const { results, data } = workshop;
  const place = await results.prepare({ name: `clip-${clip.sha256.slice(0, 12)}`, workFolder: folder });
  const renderId = await noteClip({ order, clip, place, folder }, workshop);
  try {
    await rename(pathsIn(folder).made, place.outputs.video);
    return await results.publish(place, signal);
  } catch (thrown) {
    // What cannot be removed stays on record.
    await results.discard(place).then(
      () => data.renders.erase(renderId),
      () => undefined,
    );
    throw thrown;
  }
}

/** Largest clip that is sent to `output.put_url`: it goes from memory, in one PUT. */
const maxPutBytes = 512 * 2 ** 20;

const putField = "output.put_url";

/** To the address that the order names. */
async function put(
  { folder, workshop }: ClipJob,
  { byteLength }: SwappedClip,
  putUrl: string,
  share: StageShare,
): Promise<void> {
  if (byteLength > maxPutBytes) {
    throw new UnderstudyError("upload-failed", `The clip has ${byteLength} bytes; ${maxPutBytes} can be put at once.`, {
      hint: "Leave output.put_url out: the worker then keeps the clip in its own store.",
    });
  }
  const body = await readFile(pathsIn(folder).made);
  await putResult({ field: putField, url: putUrl, mediaType: "video/mp4", body }, workshop, share);
}
