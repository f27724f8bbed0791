import type { FaceReferenceFacts } from "#engines/face-engine.js";
import { engineFactsOf } from "#engines/engine-facts.js";
import { probeSource, type MediaIO } from "#media/index.js";
import { UnderstudyError } from "#model/errors.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { CastPhotos } from "#model/person.js";
import type { RenderPlan } from "#model/plan.js";
import type { RenderRequest } from "#model/request.js";
import type { Run } from "#model/run.js";
import { planRender, type PlanInput } from "#plan/index.js";
import type { HeardSample, VoiceEngine } from "#speech/index.js";
import { findKeptFaces, originOfCast, type FacesOrigin, type FoundFaces } from "#swap/index.js";
import type { FaceThreads } from "#threads/index.js";
import { assertCaptionable, takeInSpeech, type SpeechIntake } from "#voice/index.js";

/** What is decided before anything is touched; plain values. */
export interface Decided {
  readonly source: SourceMedia;
  readonly index: FrameIndex;
  readonly plan: RenderPlan;
  /** What the gate measured on each cast member's photos. */
  readonly faceFacts: readonly FaceReferenceFacts[];
  /** What the drawn faces follow from. */
  readonly origin: FacesOrigin;
  /** Those that an earlier render drew. */
  readonly kept: FoundFaces;
  /** The voice that a script is to be spoken in; absent without one. */
  readonly sample?: HeardSample;
}

/** What is decided about. */
export interface Decision extends Pick<
  RenderRequest,
  "sourcePath" | "swapRanges" | "stitch" | "label" | "limits" | "engineId" | "speech" | "captions"
> {
  /** When given, a source of other bytes is refused; lower-case hex. */
  readonly sourceSha256?: string;
}

/** What deciding works with. */
export interface DecideTools {
  readonly threads: FaceThreads;
  /** Photos of the cast, which the threads read. */
  readonly photos: readonly CastPhotos[];
  /** Folder with faces that an earlier render drew. */
  readonly keptFolder?: string;
  /** Who speaks; needed for a request with a script. */
  readonly voice?: VoiceEngine;
  /** Whether threads load as soon as it is known how many have work. */
  readonly warm?: boolean;
}

/**
 * Intake and plan. The gate works in its thread while the video is probed here. Where all faces are kept, the photo passed it
 * when they were drawn, and nobody reads it again: its bytes are known by their hash.
 * @throws UnderstudyError every code of the gate, of probing and of planning.
 */
export async function decide(
  request: Decision,
  { threads, photos, keptFolder, voice, warm }: DecideTools,
  run: Run,
  io: MediaIO,
): Promise<Decided> {
  const total = photos.reduce((sum, { faces }) => sum + faces.length, 1);
  run.progress({ stage: "intake", done: 0, total, unit: "files" });
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const askGate = () => run.step("gate", () => threads.checkFaces(signal));
  const gate = keptFolder === undefined ? askGate() : undefined;
  const decided = run
    .step("probe", () => probeSource(io, request.sourcePath, request.limits, signal))
    .then(async ({ source, index }) => {
      assertBytes(source, request.sourceSha256);
      assertCaptionable(request);
      const intake = request.speech && (await takeInSpeech(io, request.speech, signal));
      const plan = planRender({
        index,
        stitch: request.stitch,
        label: request.label,
        ...(request.swapRanges === undefined ? {} : { swapRanges: request.swapRanges }),
        ...spokenIn(request, intake, voice),
      });
      const origin: FacesOrigin = {
        engine: await engineFactsOf(request.engineId),
        sourceSha256: source.sha256,
        trackIndex: source.video.index,
        isConverted: plan.stitch.mode !== "smart",
        cast: originOfCast(photos),
      };
      const kept = await findKeptFaces(keptFolder, origin, plan.segments, source.video);
      const faceFacts = gate ?? kept.faceFacts ?? askGate();
      if (warm && kept.faceFacts === undefined)
        threads.warm(plan.regions.filter(({ kind }) => kind === "changed").length);
      const heard = intake?.sample && { sample: intake.sample };
      return { source, index, plan, origin, kept, faceFacts: await faceFacts, ...heard };
    });
  try {
    // The gate's refusal is told at once, not when the video is read.
    await Promise.all([gate, decided]);
    run.progress({ stage: "intake", done: total, total, unit: "files" });
    return await decided;
  } catch (thrown) {
    failed.abort(thrown);
    await Promise.allSettled([gate, decided]);
    throw thrown;
  }
}

/** What planning must know of a script and of captions. */
function spokenIn(
  { speech, captions }: Decision,
  intake: SpeechIntake | undefined,
  voice: VoiceEngine | undefined,
): Pick<PlanInput, "speech" | "burnedCaptions" | "labelsSpeech"> {
  const isBurned = captions?.mode === "burn";
  if (speech === undefined || intake === undefined) return isBurned ? { burnedCaptions: "film" } : {};
  if (voice === undefined) throw new Error("a script needs a voice");
  return {
    speech: {
      parts: intake.parts,
      allowLipMismatch: speech.allowLipMismatch,
      fastestPace: voice.pace.fastest,
    },
    ...(isBurned && { burnedCaptions: "speech" }),
    labelsSpeech: voice.clones,
  };
}

function assertBytes({ sha256 }: SourceMedia, expectedSha256: string | undefined): void {
  if (expectedSha256 === undefined || sha256 === expectedSha256) return;
  throw new UnderstudyError("unreadable-media", "The video's bytes are not the ones that were announced.", {
    hint: "Send the video again, with the SHA-256 of these very bytes.",
  });
}
