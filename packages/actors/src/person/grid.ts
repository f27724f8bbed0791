import type { Vec3 } from "#maths/vector.js";

/** Vertices and triangles of one surface in rest position. */
export interface Surface {
  readonly points: Float32Array;
  readonly triangles: Int32Array;
}

/** A surface over a square of parameters 0..1; `isClosed` joins the last column to the first. */
export function gridSurface(
  columns: number,
  rows: number,
  isClosed: boolean,
  pointAt: (u: number, v: number) => Vec3,
): Surface {
  const points: number[] = [];
  const triangles: number[] = [];
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) points.push(...pointAt(i / (isClosed ? columns : columns - 1), j / (rows - 1)));
  for (let j = 0; j < rows - 1; j++)
    for (let i = 0; i < (isClosed ? columns : columns - 1); i++) {
      const a = j * columns + i;
      const b = j * columns + ((i + 1) % columns);
      triangles.push(a, a + columns, b, b, a + columns, b + columns);
    }
  return { points: Float32Array.from(points), triangles: Int32Array.from(triangles) };
}

/** The same surface facing the other way. */
export function turnInsideOut(surface: Surface): Surface {
  const triangles = Int32Array.from(surface.triangles);
  for (let i = 0; i < triangles.length; i += 3) {
    const b = triangles[i + 1]!;
    triangles[i + 1] = triangles[i + 2]!;
    triangles[i + 2] = b;
  }
  return { points: surface.points, triangles };
}

/** Several surfaces as one. */
export function joinSurfaces(surfaces: readonly Surface[]): Surface {
  const points: number[] = [];
  const triangles: number[] = [];
  for (const surface of surfaces) {
    const first = points.length / 3;
    points.push(...surface.points);
    for (const vertex of surface.triangles) triangles.push(vertex + first);
  }
  return { points: Float32Array.from(points), triangles: Int32Array.from(triangles) };
}
