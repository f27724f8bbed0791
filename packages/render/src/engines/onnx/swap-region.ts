import type { FaceRegion } from "#engines/face-engine.js";
import { smoothMesh } from "#face-mesh/smoothing.js";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { FaceTrack } from "#model/face-track.js";
import type { NetSession, NetTensor } from "#nets/ort-runtime.js";
import { fitCrop } from "./crop-map.js";
import { fivePointsOf } from "./five-points.js";
import { badModel } from "./load-model.js";
import { readCrop } from "./read-crop.js";
import type { SwapManifest } from "./swap-manifest.js";
import type { SwapPainter } from "./swap-painter.js";

/** Runs the swap model once a frame, on a crop that follows the smoothed landmarks. */
export function createSwapRegion(
  track: FaceTrack,
  { manifest, session, source }: { manifest: SwapManifest; session: NetSession; source: NetTensor },
  painter: SwapPainter,
): FaceRegion {
  const { sidePixels, template, normalise, inputs } = manifest;
  const shape = [1, 3, sidePixels, sidePixels];
  const smoothed = new Float32Array(3 * meshVertexCount);
  const target = { values: new Float32Array(3 * sidePixels * sidePixels), shape };
  const trackedAt = (n: number) => track.tracked(n);
  return {
    async draw(frame, n) {
      const found = track.tracked(n);
      if (found === undefined) return undefined;
      smoothMesh(n, trackedAt, smoothed);
      const crop = fitCrop(fivePointsOf(smoothed), template, sidePixels);
      readCrop(frame, crop, sidePixels, normalise, target.values);
      const drawn = await runSwap(session, { [inputs.source]: source, [inputs.target]: target }, manifest);
      const box = painter.paint(frame, smoothed, crop, drawn, track.occlusion(n));
      return box && { box, landmarks: { tracked: found.mesh, smoothed, run: found.run } };
    },
  };
}

/** The model's first output, three planes of the crop. */
async function runSwap(
  session: NetSession,
  inputs: Readonly<Record<string, NetTensor>>,
  { model, sidePixels }: SwapManifest,
): Promise<Float32Array> {
  const outputs = await session.run(inputs).catch((cause: unknown) => {
    const shapes = Object.entries(inputs).map(([name, { shape }]) => `"${name}" ${shape.join(" x ")}`);
    throw badModel(model, `it does not run on ${shapes.join(" and ")}`, cause);
  });
  const { values, shape } = outputs[session.outputs[0]!.name]!;
  const wanted = [1, 3, sidePixels, sidePixels].join(" x ");
  if (shape.join(" x ") === wanted) return values;
  throw badModel(model, `its output is ${shape.join(" x ")}, not ${wanted}`);
}
