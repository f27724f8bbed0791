import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { engineFactsOf } from "#engines/engine-facts.js";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { TrackPlace } from "#face-track/track-file.js";
import { openTrackWriter } from "#face-track/track-writer.js";
import { createPlanes } from "#media/index.js";
import type { VideoTrack } from "#model/media.js";
import type { QualityMeter } from "#quality/index.js";
import { createStopwatch } from "#stopwatch.js";
import { openDrawnSegment } from "./drawn-segment.js";
import { openKeptFaces } from "./kept-faces.js";
import { regionParts } from "./region-work.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-drawn-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const segment = { index: 1, startSeconds: 1, endSeconds: 2, startFrame: 10, endFrame: 14, treatment: "swap" } as const;
const origin = {
  engine: await engineFactsOf("mesh"),
  sourceSha256: "a".repeat(64),
  trackIndex: 0,
  isConverted: false,
  cast: [
    { person: "left", photoSha256: ["b".repeat(64)] },
    { person: "right", photoSha256: ["c".repeat(64)] },
  ],
};

/** A track of somebody whose face is at this column in these frames of the segment. */
async function trackAt(column: number, person: string, seenIn: readonly number[]): Promise<TrackPlace> {
  const { sourceSha256, trackIndex, isConverted } = origin;
  const key = { sourceSha256, trackIndex, isConverted, person, startFrame: 10, endFrame: 14 };
  const path = join(folder, `${person}.track`);
  const writer = await openTrackWriter(path, key);
  for (let n = 0; n < 4; n++) {
    const mesh = new Float32Array(3 * meshVertexCount).fill(column);
    await writer.append(seenIn.includes(n) ? { mesh, run: 1 } : undefined);
  }
  await writer.finish();
  return { key, path };
}

/** Paints a square of 8 pixels, as bright as the photo's face is wide, where the track says. */
const engine: Pick<FaceEngine, "openRegion"> = {
  openRegion: ({ facts }, track) => ({
    draw: async (frame, n) => {
      const left = track.tracked(n)?.mesh[0];
      if (left === undefined) return undefined;
      for (let row = 8; row < 16; row++)
        frame.y.fill(facts.faceWidthPixels, row * frame.lumaStride + left, row * frame.lumaStride + left + 8);
      return { box: { left, top: 8, right: left + 8, bottom: 16 } };
    },
  }),
};
const meter: Pick<QualityMeter, "openProbe"> = {
  openProbe: () => ({ before: () => false, after: async () => undefined, samples: () => [] }),
};
const faceOf = (faceWidthPixels: number): FaceReference => ({
  engineId: "fake",
  facts: { faceWidthPixels, yawDegrees: 0, pitchDegrees: 0, skinCoverage: 1, sideLightRatio: 1 },
});

it("draws every member of the cast from their own track, in their own place, and keeps both", async () => {
  const tracks = [await trackAt(8, "left", [0, 1]), await trackAt(40, "right", [1])];
  const path = join(folder, "both.faces");
  const cast = [faceOf(100), faceOf(200)].map((face) => ({ face, identity: undefined }));
  const tools = { engine: engine as FaceEngine, meter: meter as QualityMeter, cast };
  const part = { segment, startFrame: 10, endFrame: 13, tracks, keep: { path, origin } };
  const video = { rotation: 0 } as VideoTrack;
  const work = await openDrawnSegment(part, tools, { video }, createStopwatch(regionParts));
  const drawn = [];
  for (let n = 0; n < 3; n++) {
    const frame = createPlanes(64, 48);
    await work.draw(frame, n);
    drawn.push([frame.y[10 * frame.lumaStride + 10], frame.y[10 * frame.lumaStride + 42]]);
  }
  expect(drawn).toEqual([
    [100, 16],
    [100, 200],
    [16, 16],
  ]);
  const { outcome } = await work.finish();
  await work.close();
  expect(outcome).toEqual({ segmentIndex: 1, frames: 3, withoutFace: 1 });
  const kept = (await openKeptFaces(path, origin, { startFrame: 10, endFrame: 13 }))!;
  expect(kept.facts.frames.map((frame) => frame?.slice(0, 4))).toEqual([[8, 8, 16, 16], [8, 8, 48, 16], undefined]);
  expect(kept.facts.faceFacts.map(({ faceWidthPixels }) => faceWidthPixels)).toEqual([100, 200]);
  await kept.close();
});

it("says that a track is missing", async () => {
  const [track] = [await trackAt(8, "gone", [0])];
  await rm(track.path);
  const tools = { engine: engine as FaceEngine, meter: meter as QualityMeter, cast: [] };
  const part = { segment, startFrame: 10, endFrame: 14, tracks: [track] };
  const opening = openDrawnSegment(part, tools, { video: { rotation: 0 } as VideoTrack }, createStopwatch(regionParts));
  await expect(opening).rejects.toThrow("missing or damaged");
});
