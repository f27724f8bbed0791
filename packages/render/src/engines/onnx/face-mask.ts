import { boxBlur } from "#engines/mesh/box-blur.js";
import type { PaintRoom } from "#engines/mesh/paint-room.js";
import { createRaster } from "#engines/mesh/raster.js";
import { facingWeights, smoothstep } from "#face-mesh/mesh-measures.js";
import { fillPolygon, ringPoints } from "#face-mesh/polygon.js";
import { faceTriangles, meshVertexCount, mouthRing, mouthTriangles } from "#face-mesh/topology.js";
import type { PixelBox } from "#model/image.js";
import { invertCrop, type CropMap } from "./crop-map.js";

/** Triangles of the whole face, the mouth opening included: what a swap model draws there is covered by the mask. */
export const maskTriangles: Uint16Array = Uint16Array.from([...mouthTriangles, ...faceTriangles]);

/** Draws where a swapped face is laid over the frame. Its buffers are reused from frame to frame. */
export interface FaceMask {
  /**
   * 1 inside the face; falls to 0 towards the oval, on places that turn away from the camera, in the open mouth (teeth and tongue stay
   * the person's own) and towards the edge of the crop.
   * @param box even sides. @param into at half the box's size.
   */
  draw(box: PixelBox, mesh: Float32Array, crop: CropMap, into: Float32Array): void;
}

/** Width of the soft edge of the mouth, over the width of the box. */
const mouthEdge = 0.01;
/** Innerness from which on nothing of the person is seen any more: a fifth of the interocular distance inside the oval. */
const wholeFrom = 0.4;
/** Share of the crop's side over which its edge fades. */
const cropEdge = 0.08;

/** @param innerness 0 at landmarks on the oval, 1 well inside. @param sidePixels of the crop. */
export function createFaceMask({ kernels }: PaintRoom, innerness: Float32Array, sidePixels: number): FaceMask {
  const raster = createRaster(kernels, maskTriangles, meshVertexCount, 1);
  const { vertices } = raster;
  const weights = new Float32Array(meshVertexCount);
  const halfMesh = new Float32Array(3 * meshVertexCount);
  let mouth = new Float32Array(0);
  return {
    draw(box, mesh, crop, into) {
      const width = (box.right - box.left) >> 1;
      const height = (box.bottom - box.top) >> 1;
      const size = width * height;
      into.fill(0, 0, size);
      facingWeights(mesh, weights);
      for (let i = 0; i < meshVertexCount; i++) {
        raster.values[i] = weights[i]! * innerness[i]!;
        halfMesh[3 * i] = vertices[2 * i] = (mesh[3 * i]! - box.left - 0.5) / 2;
        halfMesh[3 * i + 1] = vertices[2 * i + 1] = (mesh[3 * i + 1]! - box.top - 0.5) / 2;
      }
      raster.find(width, height);
      const [spans, maps] = [raster.spanData(), raster.mapData()];
      const toCrop = invertCrop(crop);
      const fade = (position: number): number => smoothstep(0, cropEdge * sidePixels, position);
      for (let s = 0; s < spans.length; s += 4) {
        const [k, row, from, to] = spans.subarray(s, s + 4) as unknown as [number, number, number, number];
        for (let column = from; column < to; column++) {
          const [x, y] = [box.left + 2 * column + 0.5, box.top + 2 * row + 0.5];
          const i = toCrop.left + toCrop.a * x - toCrop.b * y;
          const j = toCrop.top + toCrop.b * x + toCrop.a * y;
          const inside = fade(Math.min(i, j, sidePixels - 1 - i, sidePixels - 1 - j));
          const weight = maps[k]! + maps[k + 1]! * column + maps[k + 2]! * row;
          into[row * width + column] = smoothstep(0, wholeFrom, weight) * inside;
        }
      }
      if (mouth.length < size) mouth = new Float32Array(size);
      mouth.fill(0, 0, size);
      fillPolygon(mouth, width, height, ringPoints(halfMesh, mouthRing), 1);
      boxBlur(mouth, width, height, Math.max(1, Math.round(mouthEdge * width)));
      for (let o = 0; o < size; o++) into[o]! *= 1 - mouth[o]!;
    },
  };
}
