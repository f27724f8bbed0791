import { unwrapSide } from "#face-mesh/face-uv.js";
import { canonicalUv, meshVertexCount } from "#face-mesh/topology.js";
import { foldedness, plainness } from "#face-mesh/vertex-weights.js";
import type { PixelBox } from "#model/image.js";
import type { PaintRoom } from "./paint-room.js";
import { createRaster, type Raster } from "./raster.js";

/**
 * Draws what is known of places of the face into planes of a quarter of the box's size, 0 outside the face: `plainness` (1 on plain
 * skin in the photo as it is drawn, 0 on eyes, brows, nostrils and lips), `innerness` (0 on the outline, 1 well inside), `foldedness`
 * (1 where expression folds the skin) and `ownPlainness` (plainness of the person in the video: their brows lie elsewhere than those
 * that are drawn).
 */
export interface FaceWeightsPainter {
  /** @param mesh landmarks of the person. @param drawnMesh the same with the photo's proportions. Both in frame pixels. */
  draw(box: PixelBox, mesh: Float32Array, drawnMesh: Float32Array): void;
  /** Lays something known of the unwrapped face, 64 x 64, out over the person's face. */
  layOut(unwrapped: Uint8Array, into: "usualLuma" | "hidden"): void;
}

/** Marks places without a face; true columns are above -1. */
const nowhere = -2;

/** @param innerness one value a landmark. */
export function createFaceWeightsPainter(
  room: PaintRoom,
  triangles: Uint16Array,
  innerness: Float32Array,
): FaceWeightsPainter {
  const { run } = room.kernels;
  const drawn = createRaster(room.kernels, triangles, meshVertexCount, 3);
  const own = createRaster(room.kernels, triangles, meshVertexCount, 3);
  const unwrappedBytes = room.kernels.bytes(unwrapSide * unwrapSide + unwrapSide + 2);
  for (let i = 0; i < meshVertexCount; i++) {
    drawn.values.set([plainness[i]!, innerness[i]!, foldedness[i]!], 3 * i);
    const [u, v] = [canonicalUv[2 * i]!, canonicalUv[2 * i + 1]!];
    own.values.set([plainness[i]!, u * unwrapSide - 0.5, v * unwrapSide - 0.5], 3 * i);
  }
  let size = 0;

  function warp(
    raster: Raster,
    mesh: Float32Array,
    box: PixelBox,
    planes: readonly [Float32Array, Float32Array, Float32Array],
  ): void {
    const width = (box.right - box.left) >> 2;
    for (let i = 0; i < meshVertexCount; i++) {
      raster.vertices[2 * i] = (mesh[3 * i]! - box.left - 1.5) / 4;
      raster.vertices[2 * i + 1] = (mesh[3 * i + 1]! - box.top - 1.5) / 4;
    }
    raster.find(width, (box.bottom - box.top) >> 2);
    const [first, second, third] = planes;
    run.warpLinear(
      raster.spans,
      raster.count,
      raster.maps,
      first.byteOffset,
      second.byteOffset,
      third.byteOffset,
      width,
    );
  }

  return {
    draw(box, mesh, drawnMesh) {
      size = ((box.right - box.left) >> 2) * ((box.bottom - box.top) >> 2);
      const { planes } = room;
      planes.plainness.fill(0, 0, size);
      planes.innerness.fill(0, 0, size);
      planes.foldedness.fill(0, 0, size);
      planes.ownPlainness.fill(0, 0, size);
      planes.unwrappedColumn.fill(nowhere, 0, size);
      warp(drawn, drawnMesh, box, [planes.plainness, planes.innerness, planes.foldedness]);
      warp(own, mesh, box, [planes.ownPlainness, planes.unwrappedColumn, planes.unwrappedRow]);
    },
    layOut(unwrapped, into) {
      const { planes } = room;
      const [columns, rows] = [planes.unwrappedColumn.byteOffset, planes.unwrappedRow.byteOffset];
      unwrappedBytes.set(unwrapped);
      run.layOut(unwrappedBytes.byteOffset, columns, rows, planes[into].byteOffset, size);
    },
  };
}
