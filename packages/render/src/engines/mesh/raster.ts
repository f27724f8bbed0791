import type { Kernels } from "#kernels/index.js";

/**
 * Projected triangles as runs of pixels, and linear maps over each triangle: what the warps of `kernels/` draw. Reused from frame
 * to frame.
 */
export interface Raster {
  /** x and y of each vertex in pixels of the target, to be filled before `find`. */
  readonly vertices: Float32Array;
  /** `channels` numbers a vertex, to be filled before `find`: source position, weights. */
  readonly values: Float32Array;
  /** Address of the runs, `count` of them. */
  readonly spans: number;
  readonly count: number;
  /** Address of the maps: three f32 a triangle and channel. */
  readonly maps: number;
  /** Finds the runs of all triangles that face the camera, and solves their maps. */
  find(width: number, height: number): void;
  /** Triangle times 3, row, first column, one past the last: four numbers a run. */
  spanData(): Int32Array;
  /** Three numbers a triangle and channel: value at the origin, change per column, change per row. */
  mapData(): Float32Array;
}

/** @param triangles three vertices each, in drawing order. */
export function createRaster(kernels: Kernels, triangles: Uint16Array, vertexCount: number, channels: number): Raster {
  const { run } = kernels;
  const corners = kernels.shorts(triangles.length);
  corners.set(triangles);
  const vertices = kernels.floats(2 * vertexCount);
  const values = kernels.floats(channels * vertexCount);
  const maps = kernels.floats(triangles.length * channels);
  let spans = kernels.integers(4 * 2048);
  let count = 0;
  return {
    vertices,
    values,
    maps: maps.byteOffset,
    get spans() {
      return spans.byteOffset;
    },
    get count() {
      return count;
    },
    find(width, height) {
      const room = 4 * run.spanRoom(vertices.byteOffset, corners.byteOffset, triangles.length, height);
      if (room > spans.length) spans = kernels.integers(Math.ceil(1.3 * room));
      const [at, of] = [vertices.byteOffset, corners.byteOffset];
      count = run.findSpans(at, of, triangles.length, width, height, spans.byteOffset);
      run.solveAffineMaps(at, of, triangles.length, values.byteOffset, channels, maps.byteOffset);
    },
    spanData: () => spans.subarray(0, 4 * count),
    mapData: () => maps,
  };
}
