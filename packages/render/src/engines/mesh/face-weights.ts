import { unwrapSide } from "#face-mesh/face-uv.js";
import type { PixelBox } from "#model/image.js";
import { createAffineMaps, solveAffineMaps } from "./affine-maps.js";
import { createSpanList, findSpans } from "./spans.js";
import { canonicalUv, meshVertexCount } from "#face-mesh/topology.js";
import { foldedness, plainness } from "#face-mesh/vertex-weights.js";
import { sampleUnwrapped, warpLinear } from "./weight-warp.js";

/** What is known of places of the face, planes of a quarter of the box's size; 0 outside the face. */
export interface FaceWeights {
  /** 1 on plain skin in the photo as it is drawn, 0 on eyes, brows, nostrils and lips. */
  readonly plainness: Float32Array;
  /** 0 on the outline of the face, 1 well inside. */
  readonly innerness: Float32Array;
  /** 1 where expression folds the skin: forehead, around the mouth, beside the eyes. */
  readonly foldedness: Float32Array;
  /** 1 on plain skin of the person in the video: their brows lie elsewhere than those that are drawn. */
  readonly ownPlainness: Float32Array;
}

/** Draws the weights of one texture's mesh; its planes are reused from frame to frame. */
export interface FaceWeightsPainter extends FaceWeights {
  /** @param mesh landmarks of the person. @param drawnMesh the same with the photo's proportions. Both in frame pixels. */
  draw(box: PixelBox, mesh: Float32Array, drawnMesh: Float32Array): void;
  /** Lays something known of the unwrapped face out over the frame: `into` gets a value for each place of the person's face. */
  layOut(unwrapped: Uint8Array, into: Float32Array): void;
}

/** @param innerness one value a landmark. */
export function createFaceWeightsPainter(triangles: Uint16Array, innerness: Float32Array): FaceWeightsPainter {
  const drawnValues = new Float32Array(3 * meshVertexCount);
  const ownValues = new Float32Array(3 * meshVertexCount);
  for (let i = 0; i < meshVertexCount; i++) {
    drawnValues.set([plainness[i]!, innerness[i]!, foldedness[i]!], 3 * i);
    const [u, v] = [canonicalUv[2 * i]!, canonicalUv[2 * i + 1]!];
    ownValues.set([plainness[i]!, u * unwrapSide - 0.5, v * unwrapSide - 0.5], 3 * i);
  }
  const vertices = new Float32Array(2 * meshVertexCount);
  const spans = createSpanList();
  const maps = createAffineMaps(triangles.length / 3, 3);
  let size = 0;
  let [column, row] = [new Float32Array(0), new Float32Array(0)];

  function warp(
    mesh: Float32Array,
    values: Float32Array,
    box: PixelBox,
    planes: readonly [Float32Array, Float32Array, Float32Array],
  ): void {
    const width = (box.right - box.left) >> 2;
    for (let i = 0; i < meshVertexCount; i++) {
      vertices[2 * i] = (mesh[3 * i]! - box.left - 1.5) / 4;
      vertices[2 * i + 1] = (mesh[3 * i + 1]! - box.top - 1.5) / 4;
    }
    findSpans(vertices, triangles, width, (box.bottom - box.top) >> 2, spans);
    solveAffineMaps(vertices, triangles, values, maps);
    warpLinear(spans, maps, planes, width);
  }

  const painter = {
    plainness: new Float32Array(0),
    innerness: new Float32Array(0),
    foldedness: new Float32Array(0),
    ownPlainness: new Float32Array(0),
    draw(box: PixelBox, mesh: Float32Array, drawnMesh: Float32Array): void {
      size = ((box.right - box.left) >> 2) * ((box.bottom - box.top) >> 2);
      if (painter.plainness.length < size) {
        const room = Math.ceil(size * 1.3);
        for (const name of ["plainness", "innerness", "foldedness", "ownPlainness"] as const)
          painter[name] = new Float32Array(room);
        [column, row] = [new Float32Array(room), new Float32Array(room)];
      }
      for (const plane of [painter.plainness, painter.innerness, painter.foldedness, painter.ownPlainness])
        plane.fill(0, 0, size);
      column.fill(nowhere, 0, size);
      warp(drawnMesh, drawnValues, box, [painter.plainness, painter.innerness, painter.foldedness]);
      warp(mesh, ownValues, box, [painter.ownPlainness, column, row]);
    },
    layOut(unwrapped: Uint8Array, into: Float32Array): void {
      for (let o = 0; o < size; o++)
        into[o] = column[o] === nowhere ? 0 : sampleUnwrapped(unwrapped, column[o]!, row[o]!);
    },
  };
  return painter;
}

/** Marks places without a face; true columns are above -1. */
const nowhere = -2;
