import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { analyse, resolveTargets } from "#analyse/index.js";
import type { ObjectStore, StoreInput } from "#deliver/object-store.js";
import { assertEngineAllowed } from "#engines/engine-facts.js";
import { takeInPhotos } from "#intake/index.js";
import { hashFile, type MediaChoice, type MediaIO } from "#media/index.js";
import type { Artifact, Manifest, StageSeconds } from "#model/manifest.js";
import { UnderstudyError } from "#model/errors.js";
import type { CastPhotos } from "#model/person.js";
import type { RenderRequest } from "#model/request.js";
import type { Run, Stage } from "#model/run.js";
import type { Provenance, SealCredentials, SealOrder } from "#seal/index.js";
import { createMarkReader, watermarkIdOf } from "#marks/index.js";
import { createFliteEngine, type VoiceEngine } from "#speech/index.js";
import { stitch, verifyOutput } from "#stitch/index.js";
import { swap } from "#swap/index.js";
import { openFaceThreads, type FaceThreads } from "#threads/index.js";
import type { TemplateStore } from "#templates/template-store.js";
import { assertVoiceAllowed, voiceOver, type CaptionFiles, type FilmCaptions, type VoiceOver } from "#voice/index.js";
import { composeManifest } from "./compose-manifest.js";
import { decide, type Decided } from "./decide.js";
import { markedSpansOf, spanOf } from "./frame-span.js";
import { leaveKeptClips, takeKeptClips } from "./kept-clips.js";
import { sealOrderFor, stillSealOrderFor } from "./seal-order.js";
import { createStillTaker, stillSecondsOf, together, type StillTaker } from "./still.js";
import { workAhead, type WorkAhead } from "./work-ahead.js";

/** What a render works with, made once by whoever wires the house. */
export interface RenderServices {
  /** Name and version for the manifest, such as `understudy 0.1.0`. */
  readonly software: string;
  readonly io: MediaIO;
  /** How threads open media; what `io` was made by. Default `auto`. */
  readonly mediaIo?: MediaChoice;
  /** Signs and reads Content Credentials; shared by renders, one seal at a time. */
  readonly provenance: Provenance;
  readonly credentials: SealCredentials;
  /**
   * Asked once more right before delivery, for the whole cast, because a person may take their consent back while a render
   * runs; default: not asked.
   * @throws UnderstudyError `consent-revoked`.
   */
  readonly assertNotRevoked?: (consentIds: readonly string[]) => Promise<void>;
  /**
   * Asked once the plan stands and the people who are named were found, before anything is swapped; default: not asked.
   * @throws UnderstudyError that refuses it, such as `cost-cap-exceeded`.
   */
  readonly approve?: (planned: Pick<Decided, "source" | "plan"> & { readonly work: WorkAhead }) => Promise<void>;
  /** Called when no picture could be made; the video is delivered without. Default: nobody is told. */
  readonly onThumbnailFailed?: (thrown: unknown) => void;
  /** Regions in work at a time; default the number of cores. */
  readonly workers?: number;
  /** Who speaks a script; default the voice that is built in. */
  readonly voice?: VoiceEngine;
  /** Keeps what is computed of the video alone, so that its next render costs less; default: nothing is read, nothing kept. */
  readonly templates?: TemplateStore;
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
export type PrepareServices = Pick<RenderServices, "io" | "mediaIo" | "workers" | "voice">;

/** Where the finished files go. */
export interface RenderOutput {
  readonly store: ObjectStore;
  readonly videoKey: string;
  /** Where Content Credentials go that are too large a job to lie inside the video. */
  readonly sidecarKey: string;
  readonly manifestKey: string;
  /** Where a small picture of the video goes, a JPEG; default: none is made. */
  readonly thumbnailKey?: string;
  /** Where the captions go as files; default: none are delivered. */
  readonly captionKeys?: CaptionFiles;
}

/** A render that was decided but not begun; plain values. */
export interface PreparedRender extends Decided {
  /** One entry for each member of the cast. */
  readonly photos: readonly [CastPhotos, ...CastPhotos[]];
}

/**
 * Intake and plan only: reads, decides, writes nothing. People who are named are looked for in the video, some 0.1 s of processor
 * time for each second of it.
 * @throws UnderstudyError every code of intake and planning, and `person-not-found`.
 */
export async function prepareRender(
  request: RenderRequest,
  run: Run,
  services: PrepareServices,
): Promise<PreparedRender> {
  const voice = voiceOf(services);
  const photos = await allowAndTakeIn(request, voice, run);
  const threads = openThreads(request, photos, services);
  try {
    const decided = await decide(request, { threads, photos, voice }, run, services.io);
    // Without templates nothing is written there.
    await resolveTargets({ ...decided, cast: photos, threads, workFolder: tmpdir() }, run);
    return { photos, ...decided };
  } finally {
    await threads.close();
  }
}

/**
 * The data's way: intake > plan > voice > analyse > swap > stitch > seal > verify > deliver. Nothing is visible in the store before all
 * of it is done; whatever was made on the way is removed, also after a failure or a cancel.
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
  const voice = voiceOf(services);
  const photos = await allowAndTakeIn(request, voice, run);
  const threads = openThreads(request, photos, services);
  const workFolder = await mkdtemp(join(services.workFolder ?? tmpdir(), "understudy-"));
  try {
    const { readFolder: keptFolder, writeFolder: keepFolder } = services.keptFaces ?? {};
    const tools = { threads, photos, voice, warm: true, ...(keptFolder !== undefined && { keptFolder }) };
    const prepared = { photos, ...(await timed("intake", () => decide(request, tools, run, io))) };
    const { source, plan, index } = prepared;
    const working = { ...prepared, workFolder, threads };
    const looking = {
      ...working,
      cast: photos,
      drawn: prepared.kept.outcomes,
      allowMissingFace: request.allowMissingFace,
      ...(services.templates !== undefined && { templates: services.templates }),
    };
    // Nobody pays for a video without the person.
    const targets = areAllDrawn(prepared) ? [] : await timed("plan", () => resolveTargets(looking, run));
    const keeping = { ...looking, io, index };
    const taken = await takeKeptClips(keeping, signal);
    const ready = new Set(taken.map(({ region }) => region.index));
    const work = workAhead(plan, { readyRegions: ready, drawnSegments: looking.drawn });
    await services.approve?.({ source, plan, work });
    services.provenance.warm();
    const captionRanges = plan.captionRanges.map((range) => spanOf(range, index));
    const speaking = { ...prepared, io, request, captionRanges, engine: voice, workFolder };
    const heard: VoiceOver = isSilent(request) ? { notes: [] } : await timed("voice", () => voiceOver(speaking, run));
    const { speech, captions } = heard;
    const analysis = await timed("analyse", () => analyse({ ...looking, targets }, run));
    const swapping = {
      ...working,
      tracks: analysis.tracks,
      ready,
      marks: { watermarkId: watermarkIdOf(request.renderId) },
      ...(captions?.burn && { captions: captions.burn }),
      ...(keepFolder !== undefined && { keepFolder }),
    };
    const regions = await timed("swap", () => swap(swapping, run));
    await threads.close();

    const made = regions.map(({ region, clip }) => ({ region, ...clip }));
    const clips = [...taken, ...made];
    const stitchedPath = join(workFolder, "stitched.mp4");
    const onProgress = (stage: Stage) => (done: number, total: number) =>
      run.progress({ stage, done, total, unit: "packets" });
    const sound = speech && { sound: speech.sound };
    const { notes } = await timed("stitch", () =>
      run.step("stitch", () =>
        stitch({
          io,
          source,
          plan,
          clips,
          ...sound,
          ...(captions?.texts && { captions: { language: "eng", texts: captions.texts } }),
          outputPath: stitchedPath,
          signal,
          onProgress: onProgress("stitch"),
        }),
      ),
    );
    const order = sealOrderFor({
      request,
      prepared,
      ...(speech && { speech: speech.report }),
      software: services.software,
      path: stitchedPath,
      workFolder,
    });
    const sealed = await timed("seal", () =>
      run.step("seal", () => services.provenance.seal(order, services.credentials, signal)),
    );
    const videoPath = sealed.embedded ? order.outputPath : stitchedPath;
    const { rotation } = source.video;
    const marks = createMarkReader({ rotation, markedSpans: markedSpansOf(plan, index) });
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
          ...sound,
          outputPath: videoPath,
          signal,
          marks: still === undefined ? marks : together(marks, still),
          onProgress: onProgress("verify"),
        });
        await leaveKeptClips(keeping, made, marks.samples(), signal);
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
      const texts = captions === undefined ? [] : await captionArtifacts(captions, output, signal);
      const files = [video, ...sidecar, ...thumbnail, ...texts];
      const manifest = composeManifest({
        request,
        prepared,
        analysis,
        regions,
        notes: [...heard.notes, ...notes],
        ...(speech && { speech: speech.report }),
        ...(captions && { captions: captions.report }),
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
      await services.assertNotRevoked?.(request.cast.map(({ consent }) => consent.id));
      // The manifest first: whatever stops the act half way, no video is there that nothing leads to.
      await output.store.put([{ ...written, path: manifestPath }, ...files], signal);
      return manifest;
    });
  } finally {
    await threads.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Refuses what may not be done, before anything is opened; then hashes the photos and checks that consent covers them. */
async function allowAndTakeIn(
  request: RenderRequest,
  voice: VoiceEngine,
  run: Run,
): Promise<readonly [CastPhotos, ...CastPhotos[]]> {
  await assertEngineAllowed(request.engineId, request.isCommercial === true);
  assertVoiceAllowed(request, voice, run.now());
  return takeInPhotos(request, run.now(), run.signal);
}

/** Whether nothing is spoken and nothing shown as text. */
function isSilent({ speech, captions }: RenderRequest): boolean {
  return speech === undefined && captions === undefined;
}

/** The captions as files to deliver; none where nobody said where to. */
async function captionArtifacts(
  { files }: FilmCaptions,
  { captionKeys }: RenderOutput,
  signal: AbortSignal,
): Promise<StoreInput[]> {
  if (captionKeys === undefined) return [];
  const all: StoreInput[] = [];
  for (const [format, mediaType] of captionMediaTypes) {
    all.push({ ...(await artifactOf(files[format], captionKeys[format], mediaType, signal)), path: files[format] });
  }
  return all;
}

const captionMediaTypes = [
  ["srt", "application/x-subrip"],
  ["vtt", "text/vtt"],
  ["ass", "text/x-ssa"],
] as const;

function voiceOf({ voice }: PrepareServices): VoiceEngine {
  return voice ?? createFliteEngine();
}

/** Whether an earlier render drew all faces: nobody needs to be found then. */
function areAllDrawn({ plan, kept }: PreparedRender): boolean {
  return plan.segments.every(
    ({ index, treatment }) => treatment === "keep" || kept.outcomes.some(({ segmentIndex }) => segmentIndex === index),
  );
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

function openThreads(request: RenderRequest, cast: readonly CastPhotos[], services: PrepareServices): FaceThreads {
  const { mediaIo = "auto", workers } = services;
  return openFaceThreads({ engineId: request.engineId, cast, photoLimits: request.limits, mediaIo }, workers);
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
