import { join } from "node:path";
import { actualCost } from "#costs/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { makePrivateFolder } from "#records/private-file.js";
import type { AnyProgressEvent } from "#progress/index.js";
import { decideJob, publishRender, runRender, withdrawRender, type RenderJob } from "#rendering/index.js";
import type { ResultPlace } from "#storage/result-store.js";
import { createArtifactResults, type ArtifactResults } from "./artifact-results.js";
import { bringKeptFaces, keepFaces } from "./kept-face-files.js";
import type { MakeRenderServices, Making } from "./making.js";
import { obtainInputs } from "./obtain-inputs.js";
import { createProgressNotes } from "./progress-notes.js";
import { renderKeys } from "./render-keys.js";
import type { RenderOutcome } from "./render-list.js";
import { wishOf, wordWishOf } from "./render-wish.js";
import { hostOf } from "./service-host.js";
import type { RenderProgress } from "./service-render.js";

/** The way of one render: inputs > consent > pipeline > publish. Of a failure nothing is left but what a retry can use. */
export async function makeInFolder(folder: string, making: Making, signal: AbortSignal): Promise<RenderOutcome> {
  const { render, token, run, services } = making;
  const { config, renders, now } = services;
  const isNewest = () => renders.note(token, {});
  const data = withOwnRecord(services.dataOf(render.ownerId), isNewest);
  const results = createArtifactResults(token, services);
  const place = await results.prepare({ name: render.order.name, workFolder: folder });
  const progress = createProgressNotes((facts, event) => renders.note(token, facts, event), now);
  let isAgreed = false;
  let job: RenderJob | undefined;
  try {
    const inputs = { ...services, maxInputBytes: config.limits.maxInputBytes };
    const onShare = (share: number) => progress.tell({ stage: "download", share });
    progress.tell({ stage: "download", share: 0 });
    job = await obtainInputs(render, folder, inputs, { signal, onShare }, async ({ cast, sourcePath, ...voice }) => {
      const wish = {
        ...wishOf(render, config),
        ...wordWishOf(render, voice),
        ...(services.voice !== undefined && { voice: services.voice }),
        data,
        cast,
        sourcePath,
        outputs: place.outputs,
      };
      const decided = await decideJob(wish, { cwd: folder, now, signal });
      const people = decided.request.cast.map(({ consent }) => ({
        consentId: consent.id,
        subjectId: consent.subject.id,
      }));
      const [first, ...otherPeople] = people;
      await renders.note(token, { ...first, ...(otherPeople.length > 0 && { otherPeople }) });
      isAgreed = true;
      return { ...decided, published: place.objects };
    });
    // Apart: what was brought may be linked to what the other render keeps.
    const [readFolder, facesFolder] = [join(folder, "kept-faces"), join(folder, "faces")];
    await bringKeptFaces(render, readFolder, { ...services, signal });
    await makePrivateFolder(facesFolder);
    const host = hostOf(making, job, signal, (event) => progress.tell(shareOf(event)));
    const keptFaces = { readFolder, writeFolder: facesFolder };
    const manifest = await runRender(job, { ...host, keptFaces });
    progress.tell({ stage: "publish", share: 0 });
    await keepFaces(render, facesFolder, { ...services, signal });
    await publishRender({ job, results, place }, { signal });
    await progress.settle();
    return { state: "finished", files: results.files(), manifest, cost: actualCost(manifest, config.cost) };
  } catch (thrown) {
    await progress.settle();
    // Somebody else may be making it already, or nobody can tell.
    if (run.isAbandoned || !(await isNewest().catch(() => false))) throw thrown;
    await withdraw({ job, results, place }, signal.aborted ? signal.reason : thrown, services);
    // No record leads to photos that nobody agreed to: an erasure would not find them.
    if (!isAgreed) await services.artifacts.removeAll(renderKeys.inputs(render.id)).catch(() => undefined);
    throw thrown;
  }
}

/** Of the two lives of a render whose runner was taken for dead, the newer one writes how it ended. */
function withOwnRecord(data: DataFolder, isNewest: () => Promise<boolean>): DataFolder {
  const end: DataFolder["renders"]["end"] = async (...noted) => {
    if (await isNewest()) await data.renders.end(...noted);
  };
  return { ...data, renders: { ...data.renders, end } };
}

async function withdraw(
  {
    job,
    results,
    place,
  }: { readonly job: RenderJob | undefined; readonly results: ArtifactResults; readonly place: ResultPlace },
  thrown: unknown,
  services: MakeRenderServices,
): Promise<void> {
  if (job === undefined) await results.discard(place).catch(() => undefined);
  else await withdrawRender({ job, results, place }, thrown, services);
}

function shareOf({ stage, done, total }: AnyProgressEvent): RenderProgress {
  return { stage, share: total > 0 ? done / total : 1 };
}
