import { toUnderstudyError, watermarkIdOf, type Manifest } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { outputPaths } from "#paths/index.js";
import { findDelivered } from "#records/find-delivered.js";
import { identifyProcess } from "#records/process-identity.js";
import type { RenderRecord } from "#records/render-records.js";
import type { RenderJob } from "./run-render.js";

/** A render about to begin. */
interface BeginningRender {
  readonly job: RenderJob;
  readonly workFolder: string;
  readonly certificateSha256: string;
}

/**
 * Notes a render in the data folder before its first file is there, and its end when it has one: a crash in between leaves
 * a record that the next start cleans up after, and whoever erases a person finds every file.
 * @throws whatever `render` throws, when all is noted.
 */
export async function recordRender(
  beginning: BeginningRender,
  io: CliIo,
  render: () => Promise<Manifest>,
): Promise<Manifest> {
  const { job, certificateSha256 } = beginning;
  const { renderId, label, consent } = job.request;
  const { renders, audit } = job.data;
  const record = firstRecord(beginning, io.now());
  const reason = label.kind === "delegated" ? { reason: label.reason } : {};
  await renders.start(record);
  await audit.append({ kind: "render-started", renderId, consentId: consent.id }, io.now());
  await audit.append({ kind: "label-decided", renderId, label: label.kind, ...reason }, io.now());
  try {
    return await render();
  } catch (thrown) {
    // A video whose report failed is a finished video all the same.
    if ((await findDelivered(record)) === undefined) {
      await audit.append({ kind: "render-failed", renderId, code: toUnderstudyError(thrown).code }, io.now());
    }
    throw thrown;
  } finally {
    const delivered = await findDelivered(record);
    await renders.end(renderId, delivered ?? { state: "failed", outputs: [] }, io.now());
    if (delivered !== undefined) {
      const [video] = delivered.outputs;
      await audit.append({ kind: "key-used", renderId, certificateSha256 }, io.now());
      await audit.append({ kind: "render-finished", renderId, videoSha256: video!.sha256 }, io.now());
    }
  }
}

function firstRecord({ job, workFolder }: BeginningRender, now: Date): RenderRecord {
  const { request, outputs } = job;
  const { renderId, consent, label, sourcePath, facePaths } = request;
  return {
    version: 1,
    renderId,
    consentId: consent.id,
    subjectId: consent.subject.id,
    watermarkId: watermarkIdOf(renderId),
    label,
    state: "started",
    startedAt: now.toISOString(),
    process: identifyProcess(),
    workFolder,
    outputFolder: outputs.folder,
    outputPaths: outputPaths(outputs),
    source: { path: sourcePath },
    faces: facePaths.map((path, number) => ({ path, sha256: job.photoSha256[number]! })),
    outputs: [],
  };
}
