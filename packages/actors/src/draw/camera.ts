import { SAMPLES } from "./sample-buffer.js";

/** Distance of the camera in eye distances: a mild telephoto, as in a portrait. */
export const CAMERA_DISTANCE = 11;
/** Height that projects to the actor's centre in the picture. */
export const LOOK_HEIGHT = -0.3;

/** Where and how large an actor appears. */
export interface Placement {
  /** Centre of the face in pixels. */
  readonly centerX: number;
  readonly centerY: number;
  /** Pixels per eye distance. */
  readonly pixelsPerUnit: number;
}

/** Projects packed points to sample coordinates and nearness (reciprocal distance). */
export function project(
  points: Float32Array,
  placement: Placement,
  X: Float32Array,
  Y: Float32Array,
  nearness: Float32Array,
): void {
  const focal = placement.pixelsPerUnit * CAMERA_DISTANCE * SAMPLES;
  const x0 = placement.centerX * SAMPLES;
  const y0 = placement.centerY * SAMPLES;
  const count = points.length / 3;
  for (let i = 0; i < count; i++) {
    const z = 1 / (CAMERA_DISTANCE - points[3 * i + 2]!);
    X[i] = x0 + focal * points[3 * i]! * z;
    Y[i] = y0 - focal * (points[3 * i + 1]! - LOOK_HEIGHT) * z;
    nearness[i] = z;
  }
}
