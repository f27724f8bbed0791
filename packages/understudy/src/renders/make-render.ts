import { join } from "node:path";
import { toUnderstudyError, UnderstudyError, type Manifest, type ProgressEvent, type Run } from "@understudy/render";
import type { AnyProgressEvent } from "#progress/index.js";
import { actualCost, assertWithinCap, estimateCost, learnSecondsPerFrame } from "#costs/index.js";
import type { Config } from "#config/index.js";
import type { DurableRun, RenderWork } from "#jobs/job-engine.js";
import type { ResultLinks } from "#links/result-links.js";
import { sqlOf, type Database } from "#postgres/database.js";
import type { DataFolder } from "#records/data-folder.js";
import { withStagingFolder } from "#records/staging-folder.js";
import {
  decideJob,
  publishRender,
  runRender,
  withdrawRender,
  type RenderHost,
  type RenderJob,
} from "#rendering/index.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ResultPlace } from "#storage/result-store.js";
import type { Wiring } from "#wire.js";
import { createArtifactResults, type ArtifactResults } from "./artifact-results.js";
import { bringKeptFaces, keepFaces } from "./kept-face-files.js";
import { obtainInputs, type InputServices } from "./obtain-inputs.js";
import { createProgressNotes } from "./progress-notes.js";
import type { RenderList, RenderOutcome, RunToken } from "./render-list.js";
import { renderKeys, renderPrefix } from "./render-keys.js";
import type { ConsentReference } from "./render-order.js";
import type { RenderFailure, RenderProgress, ServiceRender } from "./service-render.js";

/** What renders of the service are made with. */
export interface MakeRenderServices extends Omit<InputServices, "maxInputBytes"> {
  readonly config: Config;
  readonly wiring: Wiring;
  readonly database: Pick<Database, "pool">;
  readonly renders: RenderList;
  readonly links: ResultLinks;
  readonly log: ServiceLog;
  dataOf(ownerId: string): DataFolder;
  /** Holds a folder for each render in work. */
  readonly workFolder: string;
  now(): Date;
}

/** Makes renders of the service: inputs > consent > pipeline > publish > end. Whatever happens, the end is noted. */
export function createRenderWork(services: MakeRenderServices): RenderWork {
  return async (ticket, run) => {
    const { renders, config, log } = services;
    const outcome = await renders.begin(ticket.renderId, ticket.run, run.runnerId, config.jobs.maxAttempts);
    if (outcome.kind === "over") return;
    const { render, token } = outcome;
    const making = { render, token, run, services };
    log.info({ renderId: render.id, run: token.run, attempt: token.attempt }, "render begun");
    const end =
      outcome.kind === "poisonous"
        ? ({ state: "failed", error: poisonous(config.jobs.maxAttempts) } as const)
        : await makeOne(making);
    // What a runner was stopped in the middle of goes on elsewhere; it is not at its end, and nothing died of it.
    if (end === "abandoned") return renders.release(token);
    const isNoted = await noteEnd(making, end);
    log.info(
      { renderId: render.id, state: end.state, isNoted, ...(end.state === "failed" && { code: end.error.code }) },
      "render ended",
    );
    if (isNoted && end.state === "finished") await services.artifacts.removeAll(renderKeys.work(render.id));
  };
}

/**
 * Notes the end. A person may have taken the consent back since the last look: then nothing stays of what was published. A render
 * that is not listed any more was erased.
 */
async function noteEnd({ render, token, services }: Making, end: RenderOutcome): Promise<boolean> {
  const { renders, artifacts, links, database } = services;
  try {
    const isNoted = await renders.end(token, end);
    if (!isNoted && (await renders.get(render.ownerId, render.id)) === undefined) {
      await artifacts.removeAll(renderPrefix(render.id));
    }
    return isNoted;
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError && thrown.code === "consent-revoked")) throw thrown;
    await links.revoke(sqlOf(database.pool), render.id);
    await artifacts.removeAll(renderKeys.outputs(render.id));
    await services.dataOf(render.ownerId).renders.end(render.id, { state: "failed", outputs: [] }, services.now());
    return renders.end(token, { state: "failed", error: failureOf(thrown, render, services.log) });
  }
}

interface Making {
  readonly render: ServiceRender;
  readonly token: RunToken;
  readonly run: DurableRun;
  readonly services: MakeRenderServices;
}

async function makeOne(making: Making): Promise<RenderOutcome | "abandoned"> {
  const { render, run, services } = making;
  const deadline = startDeadline(render, services.now());
  const signal = AbortSignal.any([run.signal, deadline.signal]);
  try {
    return await withStagingFolder(services.workFolder, (folder) => makeIn(folder, making, signal));
  } catch (thrown) {
    if (run.isAbandoned) return "abandoned";
    if (run.signal.aborted) return { state: "cancelled" };
    return { state: "failed", error: failureOf(signal.aborted ? signal.reason : thrown, render, services.log) };
  } finally {
    deadline.stop();
  }
}

async function makeIn(folder: string, making: Making, signal: AbortSignal): Promise<RenderOutcome> {
  const { render, token, run, services } = making;
  const { config, renders, now } = services;
  const data = services.dataOf(render.ownerId);
  const results = createArtifactResults(render.id, services);
  const place = await results.prepare({ name: render.order.name, workFolder: folder });
  const progress = createProgressNotes((facts, event) => renders.note(token, facts, event), now);
  let job: RenderJob | undefined;
  try {
    const inputs = { ...services, maxInputBytes: config.limits.maxInputBytes };
    const onShare = (share: number) => progress.tell({ stage: "download", share });
    progress.tell({ stage: "download", share: 0 });
    job = await obtainInputs(render, folder, inputs, { signal, onShare }, async ({ facePaths, sourcePath }) => {
      const wish = { ...wishOf(render, config), data, facePaths, sourcePath, outputs: place.outputs };
      const decided = await decideJob(wish, { cwd: folder, now, signal });
      const { id: consentId, subject } = decided.request.consent;
      await renders.note(token, { consentId, subjectId: subject.id });
      return { ...decided, published: place.objects };
    });
    const facesFolder = join(folder, "faces");
    await bringKeptFaces(render, facesFolder, { ...services, signal });
    const host = hostOf(making, signal, (event) => progress.tell(shareOf(event)));
    const keptFaces = { readFolder: facesFolder, writeFolder: facesFolder };
    const manifest = await runRender(job, { ...host, keptFaces });
    progress.tell({ stage: "publish", share: 0 });
    await keepFaces(render, facesFolder, { ...services, signal });
    await publishRender({ job, results, place }, { signal });
    await progress.settle();
    return { state: "finished", files: results.files(), manifest, cost: actualCost(manifest, config.cost) };
  } catch (thrown) {
    await progress.settle();
    // Somebody else may be making it already.
    if (!run.isAbandoned) await withdraw({ job, results, place }, signal.aborted ? signal.reason : thrown, services);
    throw thrown;
  }
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

function wishOf({ id, order }: ServiceRender, config: Config) {
  const { label } = order;
  const labelText = label.kind === "delegated" ? `delegated:${label.reason}` : label.kind;
  return {
    config: { ...config, stitch: order.stitch, label: labelText },
    renderId: id,
    allowMissingFace: order.allowMissingFace,
    ...(order.swapRanges !== undefined && { swapRanges: order.swapRanges }),
    consent: { ...consentOf(order.consent), mayRemember: true },
    replace: true,
  };
}

function consentOf(consent: ConsentReference): { readonly consentId?: string; readonly flag?: string } {
  if (consent.kind === "record") return { consentId: consent.consentId };
  return consent.kind === "attested" ? { flag: `attested:${consent.operator}` } : {};
}

function hostOf(making: Making, signal: AbortSignal, onProgress: (event: AnyProgressEvent) => void): RenderHost {
  const { render, token, services } = making;
  const { config, database, wiring, renders, log, now } = services;
  const { usdPerEngineSecond, capUsd } = config.cost;
  return {
    wiring,
    signal,
    now,
    run: heeding(making, signal, onProgress),
    onProgress,
    async approve({ plan }) {
      const reencodedFrames = plan.regions.reduce((sum, region) => sum + region.endFrame - region.startFrame, 0);
      const secondsPerFrame = learnSecondsPerFrame(await lastMeasured(database), config.cost.secondsPerFrame);
      const estimate = estimateCost({ reencodedFrames, secondsPerFrame, usdPerEngineSecond });
      await renders.note(token, { estimate }, { kind: "planned", data: { estimate, segments: plan.segments } });
      assertWithinCap(estimate, render.order.costCapUsd ?? (capUsd === 0 ? undefined : capUsd));
    },
    onKeysMade: () => log.info({}, "made the keys that sign videos"),
  };
}

/** What the last renders measured; a fork draws nothing anew. */
async function lastMeasured({ pool }: Pick<Database, "pool">): Promise<readonly Pick<Manifest, "stages" | "frames">[]> {
  const { rows } = await sqlOf(pool).query<Pick<Manifest, "stages" | "frames">>(
    `select manifest->'stages' as stages, manifest->'frames' as frames from understudy.render
     where state = 'finished' and forked_from is null order by ended_at desc limit 20`,
  );
  return rows;
}

/** The durable run, which also ends at the deadline, tells its progress here, and logs what is done. */
function heeding(
  { run, render, services }: Making,
  signal: AbortSignal,
  onProgress: (event: ProgressEvent) => void,
): Run {
  const { log, now } = services;
  const wrap = (inner: Run): Run => ({
    signal,
    step: (name, action) => inner.step(name, action),
    async child(name, action, files) {
      const facts = { renderId: render.id, child: name };
      let isDone = false;
      const logged = (own: Run) => {
        log.info(facts, "child begun");
        isDone = true;
        return action(wrap(own));
      };
      const value = await inner.child(name, logged, files);
      log.info(facts, isDone ? "child kept" : "child taken from an earlier life");
      return value;
    },
    progress: onProgress,
    now,
  });
  return wrap(run);
}

function shareOf({ stage, done, total }: AnyProgressEvent): RenderProgress {
  return { stage, share: total > 0 ? done / total : 1 };
}

function startDeadline(
  { deadlineAt, order }: ServiceRender,
  now: Date,
): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const late = (): void => {
    const message = `The render was not done ${order.deadlineSeconds} s after it began.`;
    controller.abort(
      new UnderstudyError("deadline-exceeded", message, {
        hint: "Send it with a higher deadlineSeconds, or give a shorter video.",
      }),
    );
  };
  const remainingMs = (deadlineAt?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime();
  const timer = Number.isFinite(remainingMs) ? setTimeout(late, Math.max(0, remainingMs)) : undefined;
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}

/** What nobody foresaw may quote a path or an address: its owner learns that it happened, the log what it was. */
function failureOf(thrown: unknown, { id }: ServiceRender, log: ServiceLog): RenderFailure {
  const { code, message, hint, retryable } = toUnderstudyError(thrown);
  if (code !== "internal-error") return { code, message, hint, retryable };
  log.error({ renderId: id, error: thrown }, "render failed of something unexpected");
  return { code, message: "Something unexpected happened; the service's log says what.", hint, retryable };
}

function poisonous(maxAttempts: number): RenderFailure {
  const { code, message, hint, retryable } = new UnderstudyError(
    "crashed-repeatedly",
    `The render was begun ${maxAttempts} times, and never came to an end.`,
  );
  return { code, message, hint, retryable };
}
