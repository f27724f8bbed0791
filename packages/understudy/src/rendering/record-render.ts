import { createHash } from "node:crypto";
import {
  toUnderstudyError,
  UnderstudyError,
  watermarkIdOf,
  type CastMember,
  type Manifest,
  type RenderRequest,
} from "@understudy/render";
import { outputPaths } from "#paths/index.js";
import { findDelivered } from "#records/find-delivered.js";
import { identifyProcess } from "#records/process-identity.js";
import { removeOutput } from "#records/remove-output.js";
import type { RenderEnd, RenderRecord, ShownPerson } from "#records/render-records.js";
import { assertStillAgreed } from "./assert-still-agreed.js";
import type { RenderHost } from "./render-host.js";
import type { RenderJob } from "./run-render.js";

/** A render about to begin. */
interface BeginningRender {
  readonly job: RenderJob;
  readonly workFolder: string;
  readonly certificateSha256: string;
}

/**
 * Notes a render in the data folder before its first file is there, and its end when it has one: a crash in between leaves
 * a record that the next start cleans up after, and whoever erases a person finds every file. Events are logged before what
 * they tell of.
 * @param render must call `beforeDelivery` once its video is signed; that refuses what was taken back meanwhile.
 * @throws UnderstudyError `consent-revoked` when the person took the consent back or was erased meanwhile; then nothing stays
 * delivered. Otherwise whatever `render` throws, when all is noted.
 */
export async function recordRender(
  beginning: BeginningRender,
  { now }: Pick<RenderHost, "now">,
  render: (beforeDelivery: () => Promise<void>) => Promise<Manifest>,
): Promise<Manifest> {
  const { job, certificateSha256 } = beginning;
  const { request, data } = job;
  const { renderId } = request;
  const record = firstRecord(beginning, now());
  await noteStart(record, job, now());
  try {
    await assertStillAgreed(request, data);
    const manifest = await render(async () => {
      await assertStillAgreed(request, data);
      await data.audit.append({ kind: "key-used", renderId, certificateSha256 }, now());
    });
    if (await noteDelivery(record, job, now())) return manifest;
    throw new UnderstudyError("output-write-failed", "The finished video is not where it was delivered.");
  } catch (thrown) {
    // A video whose report failed is a finished video all the same.
    if (!(await noteDelivery(record, job, now()))) await noteFailure(record, job, thrown, now());
    throw thrown;
  }
}

async function noteStart(record: RenderRecord, { data }: RenderJob, now: Date): Promise<void> {
  const { renderId, people, label } = record;
  const reason = label.kind === "delegated" ? { reasonSha256: sha256Of(label.reason) } : {};
  for (const { consentId } of people) await data.audit.append({ kind: "render-started", renderId, consentId }, now);
  await data.audit.append({ kind: "label-decided", renderId, label: label.kind, ...reason }, now);
  await data.renders.start(record);
}

/** Takes back what was delivered after the consent was. @returns whether there was a delivery. */
async function noteDelivery(record: RenderRecord, { request, data }: RenderJob, now: Date): Promise<boolean> {
  const delivered = await findDelivered(record);
  if (delivered === undefined) return false;
  const { end } = delivered;
  await assertStillAgreed(request, data).catch(async (thrown: unknown) => {
    const isTakenBack = thrown instanceof UnderstudyError && thrown.code === "consent-revoked";
    if (isTakenBack) for (const output of end.outputs) await removeOutput(output);
    throw thrown;
  });
  const [video] = end.outputs;
  await data.audit.append({ kind: "render-finished", renderId: record.renderId, videoSha256: video!.sha256 }, now);
  await noteEnd(record, end, data, now);
  return true;
}

async function noteFailure(record: RenderRecord, { data }: RenderJob, thrown: unknown, now: Date): Promise<void> {
  const { code } = toUnderstudyError(thrown);
  await data.audit.append({ kind: "render-failed", renderId: record.renderId, code }, now);
  await noteEnd(record, { state: "failed", outputs: [] }, data, now);
}

async function noteEnd(record: RenderRecord, end: RenderEnd, data: RenderJob["data"], now: Date): Promise<void> {
  await data.renders.end(record.renderId, end, now);
  // The record of an erased person must not outlive them, whichever of the two commands wrote last.
  const isErased = await Promise.all(record.people.map(({ subjectId }) => data.erasures.was(subjectId)));
  if (isErased.includes(true)) await data.renders.erase(record.renderId);
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function firstRecord({ job, workFolder }: BeginningRender, now: Date): RenderRecord {
  const { request, outputs } = job;
  const { renderId, cast, label, sourcePath } = request;
  return {
    version: 1,
    renderId,
    people: shownPeople(cast, job.photoSha256),
    watermarkId: watermarkIdOf(renderId),
    label,
    state: "started",
    startedAt: now.toISOString(),
    process: identifyProcess(),
    workFolder,
    outputFolder: outputs.folder,
    outputPaths: outputPaths(outputs),
    source: { path: sourcePath },
    outputs: [],
    ...(job.published !== undefined && job.published.length > 0 && { published: job.published }),
  };
}

function shownPeople(
  [first, ...others]: RenderRequest["cast"],
  photoSha256: RenderJob["photoSha256"],
): RenderRecord["people"] {
  const shown = ({ facePaths, consent }: CastMember, number: number): ShownPerson => ({
    consentId: consent.id,
    subjectId: consent.subject.id,
    faces: facePaths.map((path, photo) => ({ path, sha256: photoSha256[number]![photo]! })),
  });
  return [shown(first, 0), ...others.map((member, number) => shown(member, number + 1))];
}
