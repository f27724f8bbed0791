import { facingWeights } from "#face-mesh/mesh-measures.js";
import { faceTriangles, meshVertexCount, mouthTriangles } from "#face-mesh/topology.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { FaceTexture } from "./face-texture.js";
import { createFaceWeightsPainter } from "./face-weights.js";
import { measureFineness } from "./fineness.js";
import { keptTriangles, keptWeights } from "./kept-parts.js";
import { type LightMatchOptions, matchLight } from "./light-match.js";
import { openPaintRoom } from "./paint-room.js";
import { createRaster } from "./raster.js";
import { innernessOf } from "./shape-transfer.js";
import { createSharpnessMatch } from "./sharpness-match.js";
import { createTextureLevels, type TextureLevels } from "./texture-levels.js";

/** Draws one photo's face into frames of one size and colour space. Not for two frames at once: its planes are reused. */
export interface FacePainter {
  /**
   * Replaces the face in place.
   * @param mesh landmarks of the person in this frame. @param drawnMesh the same with the photo's proportions.
   * @param seen what is known of the person and of what is in front of them, where the video was analysed before.
   * @returns the box that holds every changed pixel, or undefined when the face is too small or outside the frame.
   */
  paint(frame: PlanarFrame, mesh: Float32Array, drawnMesh: Float32Array, seen?: FaceInSight): PixelBox | undefined;
}

/** What an analysis of the whole segment knows, in the unwrapped face (`face-mesh/face-uv.ts`): 64 x 64 values each. */
export interface FaceInSight {
  /** 0 where the face is seen in this frame, 255 where something is in front of it. */
  readonly occlusion?: Uint8Array | undefined;
  /** Luma of the person's usual face, the middle over the segment. */
  readonly usualLuma?: Uint8Array | undefined;
}

/** Faces below this many pixels are left alone: the mesh is no longer good to a pixel there. */
const smallestFacePixels = 24;

/** Less of the video's grain than this cannot be seen. */
const leastGrain = 0.05;

/** Triangles far from the camera first: where a turned head folds over itself, the nose covers the cheek behind it. */
function farToNear(mesh: Float32Array): Uint16Array {
  const depth = (t: number): number =>
    mesh[3 * faceTriangles[t]! + 2]! + mesh[3 * faceTriangles[t + 1]! + 2]! + mesh[3 * faceTriangles[t + 2]! + 2]!;
  const order = Array.from({ length: faceTriangles.length / 3 }, (_, i) => 3 * i).sort((a, b) => depth(b) - depth(a));
  // The mouth opening is drawn too: it must be opaque, though only the person's own pixels will be seen there.
  return Uint16Array.from([...mouthTriangles, ...order.flatMap((t) => [...faceTriangles.subarray(t, t + 3)])]);
}

/** The sizes of a texture in the colour space it was last drawn in: every region of a video that a thread draws needs the same ones. */
const levelsOf = new WeakMap<FaceTexture, { readonly key: string; readonly levels: TextureLevels }>();

function levelsFor(texture: FaceTexture, { matrix, isFullRange }: PlanarFrame): TextureLevels {
  const key = `${matrix} ${isFullRange}`;
  const known = levelsOf.get(texture);
  if (known?.key === key) return known.levels;
  const levels = createTextureLevels(texture, matrix, isFullRange);
  levelsOf.set(texture, { key, levels });
  return levels;
}

/** Makes a painter for a texture. */
export function createFacePainter(texture: FaceTexture, light: LightMatchOptions): FacePainter {
  const room = openPaintRoom();
  const { kernels, scene } = room;
  const { run } = kernels;
  const triangles = farToNear(texture.mesh);
  const luma = createRaster(kernels, triangles, meshVertexCount, 2);
  const colour = createRaster(kernels, triangles, meshVertexCount, 3);
  const kept = createRaster(kernels, keptTriangles, meshVertexCount, 3);
  const keptHalf = createRaster(kernels, keptTriangles, meshVertexCount, 3);
  const weights = createFaceWeightsPainter(room, triangles, innernessOf(texture.mesh));
  const facing = new Float32Array(meshVertexCount);
  const keptShares = new Float32Array(meshVertexCount);
  const sharpness = createSharpnessMatch();
  const held = new Map<Float32Array, number>();

  /** Address of a copy of a texture's plane. */
  function hold(plane: Float32Array): number {
    let address = held.get(plane);
    if (address === undefined) {
      const copy = kernels.floats(plane.length);
      copy.set(plane);
      held.set(plane, (address = copy.byteOffset));
    }
    return address;
  }

  return {
    paint(frame, mesh, drawnMesh, seen) {
      const bounds = boundsOf(drawnMesh);
      const facePixels = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
      const box = paintBox(bounds, frame);
      const width = box.right - box.left;
      const height = box.bottom - box.top;
      if (facePixels < smallestFacePixels || width < 16 || height < 16) return undefined;
      const [halfWidth, halfHeight] = [width >> 1, height >> 1];
      room.enter(frame, box, boundsOf(mesh));
      const { planes, rows } = room;
      const level = levelsFor(texture, frame).levelFor(facePixels);

      facingWeights(drawnMesh, facing);
      keptWeights(mesh, keptShares);
      for (let i = 0; i < meshVertexCount; i++) {
        const x = drawnMesh[3 * i]! - box.left;
        const y = drawnMesh[3 * i + 1]! - box.top;
        luma.vertices[2 * i] = kept.vertices[2 * i] = x;
        luma.vertices[2 * i + 1] = kept.vertices[2 * i + 1] = y;
        colour.vertices[2 * i] = keptHalf.vertices[2 * i] = (x - 0.5) / 2;
        colour.vertices[2 * i + 1] = keptHalf.vertices[2 * i + 1] = (y - 0.5) / 2;
        const sourceX = (texture.mesh[3 * i]! + 0.5) * level.scale - 0.5;
        const sourceY = (texture.mesh[3 * i + 1]! + 0.5) * level.scale - 0.5;
        luma.values[2 * i] = sourceX;
        luma.values[2 * i + 1] = sourceY;
        colour.values[3 * i] = (sourceX - 0.5) / 2;
        colour.values[3 * i + 1] = (sourceY - 0.5) / 2;
        colour.values[3 * i + 2] = facing[i]! * texture.facing[i]!;
        kept.values[3 * i] = keptHalf.values[3 * i] = mesh[3 * i]!;
        kept.values[3 * i + 1] = keptHalf.values[3 * i + 1] = mesh[3 * i + 1]! - rows.top;
        kept.values[3 * i + 2] = keptHalf.values[3 * i + 2] = keptShares[i]!;
      }

      luma.find(width, height);
      const drawLuma = (): void => {
        const { spans, count, maps } = luma;
        const source = hold(sharpness.lumaOf(level));
        run.warpPlane(spans, count, maps, source, level.sidePixels, planes.luma.byteOffset, width);
      };
      planes.luma.fill(0, 0, width * height);
      drawLuma();

      colour.find(halfWidth, halfHeight);
      planes.opacity.fill(0, 0, halfWidth * halfHeight);
      run.warpColour(scene, colour.spans, colour.count, colour.maps, hold(level.colour), level.halfSide);

      weights.draw(box, mesh, drawnMesh);
      if (seen?.usualLuma) weights.layOut(seen.usualLuma, "usualLuma");
      if (seen?.occlusion) {
        weights.layOut(seen.occlusion, "hidden");
        run.hideBehind(scene);
      }

      kept.find(width, height);
      planes.keptShare.fill(0, 0, width * height);
      run.warpKeptLuma(scene, kept.spans, kept.count, kept.maps, rows.luma, rows.width, rows.height);
      keptHalf.find(halfWidth, halfHeight);
      planes.keptHalfShare.fill(0, 0, halfWidth * halfHeight);
      const ofHalf = [keptHalf.spans, keptHalf.count, keptHalf.maps] as const;
      run.warpKeptChroma(scene, ...ofHalf, rows.blue, rows.red, rows.chromaWidth, rows.chromaHeight);

      const overall = matchLight(room, facePixels, frame.isFullRange, seen?.usualLuma !== undefined, light);
      const fineness = measureFineness(room);
      if (fineness !== undefined) {
        const wasKnown = sharpness.isKnown();
        sharpness.observe(level, { filmed: fineness.filmed, drawn: fineness.drawn * overall });
        // The first frame is not to be crisper than those after it.
        if (!wasKnown) drawLuma();
      }
      const grainShare = sharpness.grainShare();
      run.compositeLuma(scene, grainShare > leastGrain ? grainShare : 0);
      run.compositeChroma(scene);
      room.leave(frame, box);
      return box;
    },
  };
}

/** The box of all landmarks, not rounded. */
export function boundsOf(mesh: Float32Array): PixelBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let o = 0; o < mesh.length; o += 3) {
    const x = mesh[o]!;
    const y = mesh[o + 1]!;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { left, top, right, bottom };
}

/** The part of the frame in work: sides on even pixels for chroma, sizes multiples of 4 for the light planes, inside the frame. */
export function paintBox(bounds: PixelBox, frame: PlanarFrame): PixelBox {
  const left = Math.max(0, Math.floor(bounds.left / 4) * 4);
  const top = Math.max(0, Math.floor(bounds.top / 4) * 4);
  const width = Math.min(Math.ceil(bounds.right) + 1, frame.widthPixels) - left;
  const height = Math.min(Math.ceil(bounds.bottom) + 1, frame.heightPixels) - top;
  const fitX = Math.ceil(width / 4) * 4;
  const fitY = Math.ceil(height / 4) * 4;
  return {
    left,
    top,
    right: left + (left + fitX <= frame.widthPixels ? fitX : fitX - 4),
    bottom: top + (top + fitY <= frame.heightPixels ? fitY : fitY - 4),
  };
}
