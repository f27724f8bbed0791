import type { DrawnLandmarks } from "#engines/face-engine.js";
import { faceTriangles, meshVertexCount } from "#face-mesh/topology.js";
import { interocular } from "#face-mesh/mesh-measures.js";
import type { PlanarFrame } from "#model/image.js";
import type { Steadiness } from "./quality-sample.js";

/** Luma is read at the middle of every fourth triangle. */
const triangleStep = 4;
const places = Math.ceil(faceTriangles.length / (3 * triangleStep));

/** Gathers how much the face changes from frame to frame; costs about 0.1 ms a frame. */
export interface SteadinessMeter {
  /** Takes in one drawn frame. @param sourceLuma luma of the same frame before drawing, same stride. */
  add(source: PlanarFrame, drawn: PlanarFrame, landmarks: DrawnLandmarks): void;
  /** What was gathered since the last call. */
  take(): Steadiness;
}

const nothing: Steadiness = { sourceFlicker: 0, drawnFlicker: 0, trackedJitter: 0, smoothedJitter: 0 };

/** Starts a meter. */
export function createSteadinessMeter(): SteadinessMeter {
  let sums = { ...nothing };
  let run: number | undefined;
  let lastSource = new Float32Array(places);
  let lastDrawn = new Float32Array(places);
  let source = new Float32Array(places);
  let drawn = new Float32Array(places);
  const tracked = createSecondDifference();
  const smoothed = createSecondDifference();
  return {
    add(sourceFrame, drawnFrame, landmarks) {
      const isNewRun = landmarks.run !== run;
      run = landmarks.run;
      readPlaces(sourceFrame, landmarks.smoothed, source);
      readPlaces(drawnFrame, landmarks.smoothed, drawn);
      if (!isNewRun) {
        sums.sourceFlicker += meanChange(lastSource, source);
        sums.drawnFlicker += meanChange(lastDrawn, drawn);
      }
      [lastSource, source] = [source, lastSource];
      [lastDrawn, drawn] = [drawn, lastDrawn];
      if (isNewRun) {
        tracked.restart();
        smoothed.restart();
      }
      sums.trackedJitter += tracked.add(landmarks.tracked);
      sums.smoothedJitter += smoothed.add(landmarks.smoothed);
    },
    take() {
      const taken = sums;
      sums = { ...nothing };
      return taken;
    },
  };
}

/**
 * Mean luma of 3x3 pixels around the middle of each place, between pixels: whole pixels would add the rounding of a
 * moving mesh to whichever face has the sharper edges.
 */
function readPlaces(
  { y, lumaStride, widthPixels, heightPixels }: PlanarFrame,
  mesh: Float32Array,
  into: Float32Array,
): void {
  for (let i = 0; i < places; i++) {
    const t = 3 * triangleStep * i;
    const [a, b, c] = [3 * faceTriangles[t]!, 3 * faceTriangles[t + 1]!, 3 * faceTriangles[t + 2]!];
    const x = Math.min(widthPixels - 3, Math.max(1, (mesh[a]! + mesh[b]! + mesh[c]!) / 3));
    const row = Math.min(heightPixels - 3, Math.max(1, (mesh[a + 1]! + mesh[b + 1]! + mesh[c + 1]!) / 3));
    const column = Math.floor(x);
    const top = Math.floor(row);
    const fx = x - column;
    const fy = row - top;
    let sum = 0;
    for (let dy = -1; dy <= 2; dy++) {
      const o = (top + dy) * lumaStride + column;
      const line = y[o - 1]! * (1 - fx) + y[o]! + y[o + 1]! + y[o + 2]! * fx;
      sum += dy === -1 ? line * (1 - fy) : dy === 2 ? line * fy : line;
    }
    into[i] = sum / 9;
  }
}

function meanChange(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < before.length; i++) sum += Math.abs(after[i]! - before[i]!);
  return sum / before.length;
}

/** Mean squared second difference of the landmarks over three frames, in interocular distances; 0 for the first two. */
function createSecondDifference(): { add(mesh: Float32Array): number; restart(): void } {
  let [older, old] = [new Float32Array(3 * meshVertexCount), new Float32Array(3 * meshVertexCount)];
  let frames = 0;
  return {
    restart() {
      frames = 0;
    },
    add(mesh) {
      let sum = 0;
      if (frames >= 2) {
        for (let o = 0; o < mesh.length; o += 3) {
          sum += (older[o]! - 2 * old[o]! + mesh[o]!) ** 2 + (older[o + 1]! - 2 * old[o + 1]! + mesh[o + 1]!) ** 2;
        }
        sum /= 2 * meshVertexCount * interocular(mesh) ** 2;
      }
      [older, old] = [old, older];
      old.set(mesh);
      frames++;
      return sum;
    },
  };
}
