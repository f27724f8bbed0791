import { basename } from "node:path";
import type { Analysis } from "#analyse/index.js";
import { watermarkAlgorithm, watermarkIdOf, type FilmMarks } from "#marks/index.js";
import { kindOfEngine } from "#model/engine-name.js";
import type {
  Artifact,
  CaptionsReport,
  Disclosure,
  Manifest,
  ProvenanceReport,
  SpeechReport,
  StageSeconds,
  VerificationReport,
  WatermarkReport,
} from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";
import type { Run } from "#model/run.js";
import type { SealCredentials, SealedFile } from "#seal/index.js";
import { summariseQuality } from "#quality/index.js";
import type { RegionSeconds, SwappedRegion } from "#swap/index.js";
import { castFactsOf } from "./cast-facts.js";
import { markedSpansOf, spanOf } from "./frame-span.js";
import type { PreparedRender, RenderServices } from "./pipeline.js";

/** Writes down what was made from what. Pure but for the clock of the run. */
export function composeManifest(facts: {
  request: RenderRequest;
  prepared: PreparedRender;
  analysis: Pick<Analysis, "seconds">;
  regions: readonly SwappedRegion[];
  notes: readonly string[];
  speech?: SpeechReport;
  captions?: CaptionsReport;
  /** What reading the finished file found. */
  verified: { readonly report: VerificationReport; readonly marks: FilmMarks };
  sealed: SealedFile;
  sidecarKey: string;
  /** What was made, video first. */
  artifacts: readonly Artifact[];
  stages: readonly StageSeconds[];
  run: Run;
  services: RenderServices;
}): Manifest {
  const { request, prepared, regions } = facts;
  const { source, plan } = prepared;
  const outcomes = regions.flatMap((region) => region.outcomes);
  const count = (of: (outcome: (typeof outcomes)[number]) => number) => outcomes.reduce((sum, o) => sum + of(o), 0);
  return {
    manifestVersion: 1,
    renderId: request.renderId,
    software: facts.services.software,
    createdAt: facts.run.now().toISOString(),
    request: {
      source: {
        key: basename(source.path),
        sha256: source.sha256,
        byteLength: source.byteLength,
        mediaType: "video/*",
      },
      engine: kindOfEngine(request.engineId),
      stitch: request.stitch,
    },
    plan: { segments: plan.segments, regions: plan.regions, stitch: plan.stitch },
    engine: regions[0]!.engine,
    cast: castFactsOf(request.cast, prepared.photos),
    disclosure: disclosureOf(request, prepared),
    watermark: watermarkReportOf(request, prepared, facts.verified.marks),
    fingerprint: facts.verified.marks.fingerprint,
    provenance: provenanceReportOf(facts.sealed, facts.sidecarKey, facts.services.credentials),
    artifacts: facts.artifacts,
    frames: {
      total: plan.frameCount,
      reencoded: regions.reduce((sum, { clip }) => sum + clip.frameCount, 0),
      swapped: count((o) => o.frames - o.withoutFace),
      withoutFace: count((o) => o.withoutFace),
    },
    notes: [...facts.notes, ...notesOnKeptFaces(regions), ...notesOnTemplate(facts.verified.report)],
    stages: facts.stages.map((stage) =>
      stage.stage === "swap"
        ? { ...stage, threadSeconds: sumSeconds(regions.map((region) => region.seconds)) }
        : stage.stage === "analyse"
          ? { ...stage, threadSeconds: { ...facts.analysis.seconds } }
          : stage,
    ),
    quality: summariseQuality(regions.flatMap((region) => region.samples)),
    verification: facts.verified.report,
    ...(facts.speech && { speech: facts.speech }),
    ...(facts.captions && { captions: facts.captions }),
    costUsd: 0,
  };
}

/** A reader who wonders how quickly it was made finds the reason. */
function notesOnKeptFaces(regions: readonly SwappedRegion[]): string[] {
  const frames = regions.reduce((sum, region) => sum + region.keptFrames, 0);
  return frames === 0
    ? []
    : [`The faces of ${frames} frames had been drawn for an earlier render and were used again.`];
}

function notesOnTemplate({ templateFrames = 0 }: VerificationReport): string[] {
  return templateFrames === 0
    ? []
    : [
        `${templateFrames} frames had been encoded and checked for an earlier render of this video and were used again.`,
      ];
}

function disclosureOf({ label }: RenderRequest, { plan, index }: PreparedRender): Disclosure {
  return {
    label: label.kind,
    ...(label.kind === "delegated" && { reason: label.reason }),
    ranges: plan.labelRanges.map((range) => spanOf(range, index)),
    standsAtFirstExposure: plan.labelRanges[0]?.startFrame === 0,
  };
}

function watermarkReportOf(
  { renderId }: RenderRequest,
  { plan, index }: PreparedRender,
  { watermark }: FilmMarks,
): WatermarkReport {
  const id = watermarkIdOf(renderId);
  const marked = markedSpansOf(plan, index);
  return {
    placed: true,
    algorithm: watermarkAlgorithm,
    id,
    markedSeconds: marked.reduce((sum, { startSeconds, endSeconds }) => sum + endSeconds - startSeconds, 0),
    isReadable: watermark.found && watermark.id === id,
  };
}

function provenanceReportOf(
  { embedded, addedBytes, facts }: SealedFile,
  sidecarKey: string,
  { isSelfIssued }: SealCredentials,
): ProvenanceReport {
  const { label, signedAt } = facts.claim;
  return {
    standard: "C2PA",
    label,
    embedded,
    ...(!embedded && { sidecarKey }),
    addedBytes,
    signer: facts.signer,
    isSelfIssued,
    ...(signedAt !== undefined && { timestampedAt: signedAt }),
  };
}

function sumSeconds(all: readonly RegionSeconds[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const seconds of all) {
    for (const [part, value] of Object.entries(seconds)) sum[part] = (sum[part] ?? 0) + value;
  }
  return sum;
}
