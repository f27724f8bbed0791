import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ObjectStore, StoreInput } from "#deliver/object-store.js";
import { takeInFaces } from "#intake/index.js";
import { hashFile, type MediaIO } from "#media/index.js";
import type { Artifact, Manifest, StageSeconds } from "#model/manifest.js";
import { UnderstudyError } from "#model/errors.js";
import type { RenderRequest } from "#model/request.js";
import type { Run, Stage } from "#model/run.js";
import type { Provenance, SealCredentials, SealOrder } from "#seal/index.js";
import { createMarkReader, watermarkIdOf } from "#marks/index.js";
import { stitch, verifyOutput } from "#stitch/index.js";
import { openFaceThreads, swap, type FaceThreads } from "#swap/index.js";
import { composeManifest } from "./compose-manifest.js";
import { decide, type Decided } from "./decide.js";
import { spanOf } from "./frame-span.js";
import { sealOrderFor, stillSealOrderFor } from "./seal-order.js";
import { createStillTaker, stillSecondsOf, together, type StillTaker } from "./still.js";

/** What a render works with, made once by whoever wires the house. */
export interface RenderServices {
  /** Name and version for the manifest, such as `understudy 0.1.0`. */
  readonly software: string;
  readonly io: MediaIO;
  /** Signs and reads Content Credentials; shared by renders, one seal at a time. */
  readonly provenance: Provenance;
  readonly credentials: SealCredentials;
  /**
   * Asked again right before delivery, because a person may take their consent back while a render runs; default: not asked.
   * @throws UnderstudyError `consent-revoked`.
   */
  readonly assertNotRevoked?: (consentId: string) => Promise<void>;
  /**
   * Asked once the plan stands, before anything is swapped; default: not asked.
   * @throws UnderstudyError that refuses it, such as `cost-cap-exceeded`.
   */
  readonly approve?: (planned: Pick<Decided, "source" | "plan">) => Promise<void>;
  /** Called when no picture could be made; the video is delivered without. Default: nobody is told. */
  readonly onThumbnailFailed?: (thrown: unknown) => void;
  /** Regions in work at a time; default the number of cores. */
  readonly workers?: number;
  /** Folder in which each render makes, and removes, a folder of its own; default the system's. */
  readonly workFolder?: string;
  /**
   * Drawn faces, so that the same video with another label or name needs no second drawing. They are a person's face:
   * whoever gives a folder keeps it private and erases it with the render. Default: none are read, none kept.
   */
  readonly keptFaces?: {
    /** Folder that an earlier render kept its faces in; those of other videos, photos, engines or ranges are passed over. */
    readonly readFolder?: string;
    /** Folder that gets this render's, one file a swap segment, some 1 MB a second of a 200-pixel face. May be the same. */
    readonly writeFolder?: string;
  };
}

/** What deciding a render takes; nothing is signed. */
export type PrepareServices = Pick<RenderServices, "io" | "workers">;

/** Where the finished files go. */
export interface RenderOutput {
  readonly store: ObjectStore;
  readonly videoKey: string;
  /** Where Content Credentials go that are too large a job to lie inside the video. */
  readonly sidecarKey: string;
  readonly manifestKey: string;
  /** Where a small picture of the video goes, a JPEG; default: none is made. */
  readonly thumbnailKey?: string;
}

/** A render that was decided but not begun; plain values. */
export interface PreparedRender extends Decided {
  readonly faces: readonly Artifact[];
}

/**
 * Intake and plan only: reads, decides, writes nothing.
 * @throws UnderstudyError every code of intake and planning.
 */
export async function prepareRender(
  request: RenderRequest,
  run: Run,
  services: PrepareServices,
): Promise<PreparedRender> {
  const faces = await takeInFaces(request, run.now(), run.signal);
  const threads = openThreads(request, faces, services);
  try {
    return { faces, ...(await decide(request, { threads, faces }, run, services.io)) };
  } finally {
    await threads.close();
  }
}

/**
 * The data's way: intake > plan > swap > stitch > seal > verify > deliver. Nothing is visible in the store before all of it
 * is done; whatever was made on the way is removed, also after a failure or a cancel.
 * @throws UnderstudyError with one of the codes of `docs/errors.md`.
 */
export async function render(
  request: RenderRequest,
  output: RenderOutput,
  run: Run,
  services: RenderServices,
): Promise<Manifest> {
  const { io } = services;
  const { signal } = run;
  const { stages, timed } = stageClock();
  const faces = await takeInFaces(request, run.now(), signal);
  const threads = openThreads(request, faces, services);
  const workFolder = await mkdtemp(join(services.workFolder ?? tmpdir(), "understudy-"));
  try {
    const { readFolder: keptFolder, writeFolder: keepFolder } = services.keptFaces ?? {};
    const tools = { threads, faces, warm: true, ...(keptFolder !== undefined && { keptFolder }) };
    const prepared = { faces, ...(await timed("intake", () => decide(request, tools, run, io))) };
    const { source, plan, index } = prepared;
    await services.approve?.({ source, plan });
    services.provenance.warm();
    const swapping = {
      ...prepared,
      workFolder,
      threads,
      marks: { watermarkId: watermarkIdOf(request.renderId) },
      allowMissingFace: request.allowMissingFace,
      ...(keepFolder !== undefined && { keepFolder }),
    };
    const regions = await timed("swap", () => swap(swapping, run));
    await threads.close();

    const clips = regions.map((region) => region.clip);
    const stitchedPath = join(workFolder, "stitched.mp4");
    const onProgress = (stage: Stage) => (done: number, total: number) =>
      run.progress({ stage, done, total, unit: "packets" });
    const { notes } = await timed("stitch", () =>
      run.step("stitch", () =>
        stitch({ io, source, plan, clips, outputPath: stitchedPath, signal, onProgress: onProgress("stitch") }),
      ),
    );
    const order = sealOrderFor({ request, prepared, software: services.software, path: stitchedPath, workFolder });
    const sealed = await timed("seal", () =>
      run.step("seal", () => services.provenance.seal(order, services.credentials, signal)),
    );
    const videoPath = sealed.embedded ? order.outputPath : stitchedPath;
    const markedSpans = plan.regions.map((region) => spanOf(region, index));
    const { rotation } = source.video;
    const marks = createMarkReader({ rotation, markedSpans });
    const still =
      output.thumbnailKey === undefined
        ? undefined
        : createStillTaker({ atSeconds: stillSecondsOf(plan, index), rotation });
    const verified = await timed("verify", () =>
      run.step("verify", async () => {
        const report = await verifyOutput({
          io,
          source,
          plan,
          index,
          clips,
          outputPath: videoPath,
          signal,
          marks: still === undefined ? marks : together(marks, still),
          onProgress: onProgress("verify"),
        });
        return { report, marks: marks.finish() };
      }),
    );

    return await run.step("deliver", async () => {
      const video = { ...(await artifactOf(videoPath, output.videoKey, "video/mp4", signal)), path: videoPath };
      const sidecar = sealed.embedded
        ? []
        : [
            {
              ...(await artifactOf(order.sidecarPath, output.sidecarKey, "application/c2pa", signal)),
              path: order.sidecarPath,
            },
          ];
      const thumbnail = await sealStill(still, order, output, services, signal);
      const files = [video, ...sidecar, ...thumbnail];
      const manifest = composeManifest({
        request,
        prepared,
        regions,
        notes,
        verified,
        sealed,
        sidecarKey: output.sidecarKey,
        artifacts: files.map(({ key, sha256, byteLength, mediaType }) => ({ key, sha256, byteLength, mediaType })),
        stages,
        run,
        services,
      });
      const manifestPath = join(workFolder, "manifest.json");
      await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
      const written = await artifactOf(manifestPath, output.manifestKey, "application/json", signal);
      await services.assertNotRevoked?.(request.consent.id);
      // The manifest first: whatever stops the act half way, no video is there that nothing leads to.
      await output.store.put([{ ...written, path: manifestPath }, ...files], signal);
      return manifest;
    });
  } finally {
    await threads.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** The picture of the video as a file with credentials of its own; none when it fails, because it is only a picture. */
async function sealStill(
  still: StillTaker | undefined,
  videoOrder: SealOrder,
  { thumbnailKey }: RenderOutput,
  { provenance, credentials, onThumbnailFailed }: RenderServices,
  signal: AbortSignal,
): Promise<readonly StoreInput[]> {
  if (still === undefined || thumbnailKey === undefined) return [];
  try {
    const jpeg = await still.finish();
    if (jpeg === undefined) throw new UnderstudyError("internal-error", "The film ended before its picture.");
    const path = join(dirname(videoOrder.outputPath), "still.jpg");
    await writeFile(path, jpeg);
    const order = stillSealOrderFor(videoOrder, path);
    await provenance.seal(order, credentials, signal);
    return [{ ...(await artifactOf(order.outputPath, thumbnailKey, "image/jpeg", signal)), path: order.outputPath }];
  } catch (thrown) {
    signal.throwIfAborted();
    onThumbnailFailed?.(thrown);
    return [];
  }
}

function openThreads(request: RenderRequest, faces: readonly Artifact[], services: PrepareServices): FaceThreads {
  return openFaceThreads({ engineId: request.engineId, faces, photoLimits: request.limits }, services.workers);
}

async function artifactOf(path: string, key: string, mediaType: string, signal: AbortSignal): Promise<Artifact> {
  const { sha256, byteLength } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
  return { key, sha256, byteLength, mediaType };
}

function stageClock() {
  const stages: StageSeconds[] = [];
  const timed = async <T>(stage: Stage, action: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const value = await action();
    stages.push({ stage, seconds: (performance.now() - start) / 1000 });
    return value;
  };
  return { stages, timed };
}
