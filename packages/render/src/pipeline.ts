import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectStore } from "#deliver/object-store.js";
import { takeIn, type TakenIn } from "#intake/index.js";
import type { MediaIO } from "#media/media-io.js";
import type { Artifact, Manifest, StageSeconds } from "#model/manifest.js";
import type { RenderPlan } from "#model/plan.js";
import type { RenderRequest } from "#model/request.js";
import type { Run, Stage } from "#model/run.js";
import { planRender } from "#plan/index.js";
import { stitch, verifyOutput } from "#stitch/index.js";
import { swap } from "#swap/index.js";
import { composeManifest } from "./compose-manifest.js";

/** What a render works with, made once by whoever wires the house. */
export interface RenderServices {
  /** Name and version for the manifest, such as `understudy 0.1.0`. */
  readonly software: string;
  readonly io: MediaIO;
  /** Regions in work at a time; default the number of cores. */
  readonly workers?: number;
  /** Folder in which each render makes, and removes, a folder of its own; default the system's. */
  readonly workFolder?: string;
}

/** Where the finished files go. */
export interface RenderOutput {
  readonly store: ObjectStore;
  readonly videoKey: string;
  readonly manifestKey: string;
}

/** A render that was decided but not begun. */
export interface PreparedRender extends TakenIn {
  readonly plan: RenderPlan;
}

/**
 * Intake and plan only: reads, decides, writes nothing.
 * @throws UnderstudyError every code of intake and planning.
 */
export async function prepareRender(
  request: RenderRequest,
  run: Run,
  services: RenderServices,
): Promise<PreparedRender> {
  const total = request.facePaths.length + 1;
  run.progress({ stage: "intake", done: 0, total, unit: "files" });
  const takenIn = await run.step("intake", () => takeIn(request, services.io, run.now(), run.signal));
  run.progress({ stage: "intake", done: total, total, unit: "files" });
  const plan = planRender({
    index: takenIn.index,
    stitch: request.stitch,
    ...(request.swapRanges === undefined ? {} : { swapRanges: request.swapRanges }),
  });
  return { ...takenIn, plan };
}

/**
 * The data's way: intake > plan > swap > stitch > verify > deliver. Nothing is visible in the store before all of it
 * is done; whatever was made on the way is removed, also after a failure or a cancel.
 * @throws UnderstudyError with one of the codes of `docs/errors.md`.
 */
export async function render(
  request: RenderRequest,
  output: RenderOutput,
  run: Run,
  services: RenderServices,
): Promise<Manifest> {
  const { stages, timed } = stageClock();
  const { io } = services;
  const prepared = await timed("intake", () => prepareRender(request, run, services));
  const { source, plan, index } = prepared;

  const workFolder = await mkdtemp(join(services.workFolder ?? tmpdir(), "understudy-"));
  try {
    const swapWorkers = services.workers === undefined ? {} : { workers: services.workers };
    const regions = await timed("swap", () => swap({ request, source, plan, workFolder, ...swapWorkers }, run));

    const clips = regions.map((region) => region.clip);
    const videoPath = join(workFolder, "video.mp4");
    const { signal } = run;
    const onProgress = (stage: Stage) => (done: number, total: number) =>
      run.progress({ stage, done, total, unit: "packets" });
    const { notes } = await timed("stitch", () =>
      run.step("stitch", () =>
        stitch({ io, source, plan, clips, outputPath: videoPath, signal, onProgress: onProgress("stitch") }),
      ),
    );
    const verification = await timed("verify", () =>
      run.step("verify", () =>
        verifyOutput({
          io,
          source,
          plan,
          index,
          clips,
          outputPath: videoPath,
          signal,
          onProgress: onProgress("verify"),
        }),
      ),
    );

    return await run.step("deliver", async () => {
      const video = await output.store.put({ key: output.videoKey, path: videoPath, mediaType: "video/mp4" }, signal);
      const artifacts: Artifact[] = [video];
      const manifest = composeManifest({
        request,
        prepared,
        regions,
        notes,
        verification,
        artifacts,
        stages,
        run,
        services,
      });
      const manifestPath = join(workFolder, "manifest.json");
      try {
        await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
        await output.store.put({ key: output.manifestKey, path: manifestPath, mediaType: "application/json" }, signal);
      } catch (thrown) {
        await output.store.remove(output.videoKey);
        throw thrown;
      }
      return manifest;
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
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
