import { basename } from "node:path";
import type { Artifact, Manifest, StageSeconds, VerificationReport } from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";
import type { Run } from "#model/run.js";
import { summariseQuality } from "#quality/index.js";
import type { RegionSeconds, SwappedRegion } from "#swap/index.js";
import type { PreparedRender, RenderServices } from "./pipeline.js";

/** Writes down what was made from what. Pure but for the clock of the run. */
export function composeManifest(facts: {
  request: RenderRequest;
  prepared: PreparedRender;
  regions: readonly SwappedRegion[];
  notes: readonly string[];
  verification: VerificationReport;
  video: Artifact;
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
    software: facts.services.software,
    createdAt: facts.run.now().toISOString(),
    request: {
      source: {
        key: basename(source.path),
        sha256: source.sha256,
        byteLength: source.byteLength,
        mediaType: "video/*",
      },
      // Without their folders, which may name a person.
      faces: prepared.faces.map((face) => ({ ...face, key: basename(face.key) })),
      engine: request.engineId,
      stitch: request.stitch,
    },
    plan: { segments: plan.segments, regions: plan.regions, stitch: plan.stitch },
    engine: regions[0]!.engine,
    consent: { id: request.consent.id, method: request.consent.method },
    artifacts: [facts.video],
    frames: {
      total: plan.frameCount,
      reencoded: plan.regions.reduce((sum, region) => sum + region.endFrame - region.startFrame, 0),
      swapped: count((o) => o.frames - o.withoutFace),
      withoutFace: count((o) => o.withoutFace),
    },
    notes: facts.notes,
    stages: facts.stages.map((stage) =>
      stage.stage === "swap" ? { ...stage, threadSeconds: sumSeconds(regions.map((region) => region.seconds)) } : stage,
    ),
    quality: summariseQuality(regions.flatMap((region) => region.samples)),
    verification: facts.verification,
    costUsd: 0,
  };
}

function sumSeconds(all: readonly RegionSeconds[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const seconds of all) {
    for (const [part, value] of Object.entries(seconds)) sum[part] = (sum[part] ?? 0) + value;
  }
  return sum;
}
