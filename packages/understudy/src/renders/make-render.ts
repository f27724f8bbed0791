import { createHash } from "node:crypto";
import { join, sep } from "node:path";
import { toUnderstudyError, UnderstudyError, type Manifest, type ProgressEvent, type Run } from "@understudy/render";
import type { AnyProgressEvent } from "#progress/index.js";
import { actualCost, assertWithinCap, estimateCost, learnSecondsPerFrame } from "#costs/index.js";
import type { Config } from "#config/index.js";
import type { DurableRun, RenderWork } from "#jobs/job-engine.js";
import type { ResultLinks } from "#links/result-links.js";
import { sqlOf, type Database } from "#postgres/database.js";
import { isOutage, throughOutages } from "#postgres/through-outages.js";
import type { DataFolder } from "#records/data-folder.js";
import { makePrivateFolder } from "#records/private-file.js";
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
import { removeUndelivered } from "./remove-undelivered.js";
import type { RenderList, RenderOutcome, RunToken } from "./render-list.js";
import { renderKeys, renderPrefix } from "./render-keys.js";
import type { ConsentReference } from "./render-order.js";
import { HungWork, unlessHung } from "./unless-hung.js";
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
  /** How long a render that was stopped is given to tidy up; default 30,000 ms. */
  readonly unwindMs?: number;
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
        : await makeOne(making).catch(async (thrown: unknown) => {
            await release(making);
            throw thrown;
          });
    // What a runner was stopped in the middle of goes on elsewhere; it is not at its end, and nothing died of it.
    if (end === "abandoned") return release(making);
    if (end === "hung") return;
    const isNoted = await noteEnd(making, end);
    log.info(
      { renderId: render.id, state: end.state, isNoted, ...(end.state === "failed" && { code: end.error.code }) },
      "render ended",
    );
    if (isNoted) await tidyUp(making, end);
  };
}

/** Longest wait, in milliseconds, for a database that only has to hear how it went. */
const outageMs = 60_000;

async function release({ token, services }: Making): Promise<void> {
  await throughOutages(() => services.renders.release(token), AbortSignal.timeout(outageMs));
}

/** What children made is of use to a retry, and that may have begun and delivered already. */
async function tidyUp({ render, token, services }: Making, end: RenderOutcome): Promise<void> {
  const { artifacts } = services;
  if (end.state !== "finished") return removeUndelivered(renderKeys.output(render.id, `${token.run}.`), [], artifacts);
  await removeUndelivered(renderKeys.outputs(render.id), end.files, artifacts);
  await artifacts.removeAll(renderKeys.work(render.id));
}

/**
 * Notes the end. A person may have taken the consent back since the last look: then nothing stays of what was published. A render
 * that is not listed any more was erased.
 */
async function noteEnd({ render, token, services }: Making, end: RenderOutcome): Promise<boolean> {
  const { renders, artifacts, links, database } = services;
  try {
    const isNoted = await throughOutages(() => renders.end(token, end), AbortSignal.timeout(outageMs));
    if (!isNoted && (await renders.get(render.ownerId, render.id)) === undefined) {
      await artifacts.removeAll(renderPrefix(render.id));
    }
    return isNoted;
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError && thrown.code === "consent-revoked")) throw thrown;
    await links.revoke(sqlOf(database.pool), render.id);
    await artifacts.removeAll(renderKeys.outputs(render.id));
    await services.dataOf(render.ownerId).renders.end(render.id, { state: "failed", outputs: [] }, services.now());
    return renders.end(token, { state: "failed", error: failureOf(thrown, render, services) });
  }
}

interface Making {
  readonly render: ServiceRender;
  readonly token: RunToken;
  readonly run: DurableRun;
  readonly services: MakeRenderServices;
}

/** @throws UnderstudyError `database-unavailable`, which says nothing about the render. */
async function makeOne(making: Making): Promise<RenderOutcome | "abandoned" | "hung"> {
  const { render, run, services } = making;
  const deadline = startDeadline(render, services.now());
  const signal = AbortSignal.any([run.signal, deadline.signal]);
  try {
    return await withStagingFolder(services.workFolder, (folder) =>
      unlessHung(makeIn(folder, making, signal), signal, services.unwindMs ?? 30_000),
    );
  } catch (thrown) {
    // The number of an attempt that may still write is not given to another.
    if (run.isAbandoned) return thrown instanceof HungWork ? "hung" : "abandoned";
    if (run.signal.aborted) return { state: "cancelled" };
    // That is not the render's fault: whoever called comes again.
    if (!signal.aborted && isOutage(thrown)) throw thrown;
    return { state: "failed", error: failureOf(signal.aborted ? signal.reason : thrown, render, services) };
  } finally {
    deadline.stop();
  }
}

async function makeIn(folder: string, making: Making, signal: AbortSignal): Promise<RenderOutcome> {
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
    job = await obtainInputs(render, folder, inputs, { signal, onShare }, async ({ facePaths, sourcePath }) => {
      const wish = { ...wishOf(render, config), data, facePaths, sourcePath, outputs: place.outputs };
      const decided = await decideJob(wish, { cwd: folder, now, signal });
      const { id: consentId, subject } = decided.request.consent;
      await renders.note(token, { consentId, subjectId: subject.id });
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

function hostOf(
  making: Making,
  job: Pick<RenderJob, "photoSha256">,
  signal: AbortSignal,
  onProgress: (event: AnyProgressEvent) => void,
): RenderHost {
  const { render, token, services } = making;
  const { config, database, wiring, renders, log, now } = services;
  const { usdPerEngineSecond, capUsd } = config.cost;
  return {
    wiring,
    signal,
    now,
    run: heeding(making, job, signal, onProgress),
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
    // The limit within: else every manifest that there is would be unpacked, 1.1 s for 100,000 renders.
    `select manifest->'stages' as stages, manifest->'frames' as frames from (
       select manifest from understudy.render where state = 'finished' and forked_from is null
       order by ended_at desc limit 20) as last`,
  );
  return rows;
}

/**
 * The durable run, which also ends at the deadline, tells its progress here, and logs what is done. What a child made is kept under
 * the photos as well: those of the library may be others when a render is run again, and permission is for these very ones.
 */
function heeding(
  { run, render, services }: Making,
  { photoSha256 }: Pick<RenderJob, "photoSha256">,
  signal: AbortSignal,
  onProgress: (event: ProgressEvent) => void,
): Run {
  const { log, now } = services;
  const photos = createHash("sha256").update(photoSha256.join()).digest("hex").slice(0, 16);
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
      const value = await inner.child(`${name}.${photos}`, logged, files);
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

/**
 * What nobody foresaw may quote a path or an address: its owner learns that it happened, the log what it was. Of a file of ours
 * everybody else is told the name, and not where it lies.
 */
function failureOf(
  thrown: unknown,
  { id }: ServiceRender,
  { log, workFolder, config }: Pick<MakeRenderServices, "log" | "workFolder" | "config">,
): RenderFailure {
  const { code, message, hint, retryable } = toUnderstudyError(thrown);
  if (code !== "internal-error") {
    const withoutFolders = (text: string) => [workFolder, config.dataFolder].reduce(withoutFolder, text);
    return { code, message: withoutFolders(message), hint: withoutFolders(hint), retryable };
  }
  log.error({ renderId: id, error: thrown }, "render failed of something unexpected");
  return { code, message: "Something unexpected happened; the service's log says what.", hint, retryable };
}

function withoutFolder(text: string, folder: string): string {
  const [first, ...others] = text.split(`${folder}${sep}`);
  return [first, ...others.map((rest) => rest.replace(/^\S*[/\\]/, ""))].join("");
}

function poisonous(maxAttempts: number): RenderFailure {
  const { code, message, hint, retryable } = new UnderstudyError(
    "crashed-repeatedly",
    `The render was begun ${maxAttempts} times, and never came to an end.`,
  );
  return { code, message, hint, retryable };
}
