import type { PixelBox, PlanarFrame } from "#model/image.js";
import { createAffineMaps, solveAffineMaps } from "./affine-maps.js";
import { composite, type CompositePlanes } from "./composite.js";
import type { FaceTexture } from "./face-texture.js";
import { keptTriangles, keptWeights } from "./kept-parts.js";
import { LightMatcher, type LightMatchOptions } from "./light-match.js";
import { facingWeights } from "./mesh-measures.js";
import { innernessOf } from "./shape-transfer.js";
import { warpKeptChroma, warpKeptLuma } from "./kept-warp.js";
import { createSpanList, findSpans } from "./spans.js";
import { createTextureLevels, type TextureLevels } from "./texture-levels.js";
import { faceTriangles, meshVertexCount, mouthTriangles } from "./topology.js";
import { foldedness, plainness } from "./vertex-weights.js";
import { warpColour, warpPlane } from "./warp.js";

/** Draws one photo's face into frames of one size and colour space. Not for two frames at once: its planes are reused. */
export interface FacePainter {
  /**
   * Replaces the face in place.
   * @param mesh landmarks of the person in this frame. @param drawnMesh the same with the photo's proportions.
   * @returns the box that holds every changed pixel, or undefined when the face is too small or outside the frame.
   */
  paint(frame: PlanarFrame, mesh: Float32Array, drawnMesh: Float32Array): PixelBox | undefined;
}

/** Faces below this many pixels are left alone: the mesh is no longer good to a pixel there. */
const smallestFacePixels = 24;

/** Triangles far from the camera first: where a turned head folds over itself, the nose covers the cheek behind it. */
function farToNear(mesh: Float32Array): Uint16Array {
  const depth = (t: number): number =>
    mesh[3 * faceTriangles[t]! + 2]! + mesh[3 * faceTriangles[t + 1]! + 2]! + mesh[3 * faceTriangles[t + 2]! + 2]!;
  const order = Array.from({ length: faceTriangles.length / 3 }, (_, i) => 3 * i).sort((a, b) => depth(b) - depth(a));
  // The mouth opening is drawn too: it must be opaque, though only the person's own pixels will be seen there.
  return Uint16Array.from([...mouthTriangles, ...order.flatMap((t) => [...faceTriangles.subarray(t, t + 3)])]);
}

/** Makes a painter for a texture. */
export function createFacePainter(texture: FaceTexture, light: LightMatchOptions): FacePainter {
  const triangles = farToNear(texture.mesh);
  const innerness = innernessOf(texture.mesh);
  const lumaSpans = createSpanList();
  const colourSpans = createSpanList();
  const keptSpans = createSpanList();
  const keptHalfSpans = createSpanList();
  const lumaMaps = createAffineMaps(triangles.length / 3, 2);
  const colourMaps = createAffineMaps(triangles.length / 3, 6);
  const keptMaps = createAffineMaps(keptTriangles.length / 3, 3);
  const keptHalfMaps = createAffineMaps(keptTriangles.length / 3, 3);
  const fullVertices = new Float32Array(2 * meshVertexCount);
  const halfVertices = new Float32Array(2 * meshVertexCount);
  const lumaValues = new Float32Array(2 * meshVertexCount);
  const colourValues = new Float32Array(6 * meshVertexCount);
  const keptValues = new Float32Array(3 * meshVertexCount);
  const facing = new Float32Array(meshVertexCount);
  const kept = new Float32Array(meshVertexCount);
  const matcher = new LightMatcher();
  const planes: CompositePlanes = {
    luma: new Float32Array(0),
    keptLuma: new Float32Array(0),
    keptShare: new Float32Array(0),
    blueDifference: new Float32Array(0),
    redDifference: new Float32Array(0),
    opacity: new Float32Array(0),
    plainness: new Float32Array(0),
    innerness: new Float32Array(0),
    foldedness: new Float32Array(0),
    keptBlue: new Float32Array(0),
    keptRed: new Float32Array(0),
    keptHalfShare: new Float32Array(0),
  };
  let levels: TextureLevels | undefined;
  let levelsKey = "";

  function reserve(size: number): void {
    if (planes.luma.length >= size) return;
    const room = Math.ceil(size * 1.3);
    for (const key of ["luma", "keptLuma", "keptShare"] as const) planes[key] = new Float32Array(room);
    for (const key of [
      "blueDifference",
      "redDifference",
      "opacity",
      "plainness",
      "innerness",
      "foldedness",
      "keptBlue",
      "keptRed",
      "keptHalfShare",
    ] as const) {
      planes[key] = new Float32Array(Math.ceil(room / 4) + 8);
    }
  }

  return {
    paint(frame, mesh, drawnMesh) {
      const key = `${frame.matrix} ${frame.isFullRange}`;
      if (levels === undefined || key !== levelsKey) {
        levels = createTextureLevels(texture, frame.matrix, frame.isFullRange);
        levelsKey = key;
      }
      const bounds = boundsOf(drawnMesh);
      const facePixels = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
      const box = paintBox(bounds, frame);
      const width = box.right - box.left;
      const height = box.bottom - box.top;
      if (facePixels < smallestFacePixels || width < 16 || height < 16) return undefined;
      const halfWidth = width >> 1;
      const halfHeight = height >> 1;
      reserve(width * height);
      const level = levels.levelFor(facePixels);

      facingWeights(drawnMesh, facing);
      keptWeights(mesh, kept);
      for (let i = 0; i < meshVertexCount; i++) {
        const x = drawnMesh[3 * i]! - box.left;
        const y = drawnMesh[3 * i + 1]! - box.top;
        fullVertices[2 * i] = x;
        fullVertices[2 * i + 1] = y;
        halfVertices[2 * i] = (x - 0.5) / 2;
        halfVertices[2 * i + 1] = (y - 0.5) / 2;
        const sourceX = (texture.mesh[3 * i]! + 0.5) * level.scale - 0.5;
        const sourceY = (texture.mesh[3 * i + 1]! + 0.5) * level.scale - 0.5;
        lumaValues[2 * i] = sourceX;
        lumaValues[2 * i + 1] = sourceY;
        const c = 6 * i;
        colourValues[c] = (sourceX - 0.5) / 2;
        colourValues[c + 1] = (sourceY - 0.5) / 2;
        colourValues[c + 2] = facing[i]! * texture.facing[i]!;
        colourValues[c + 3] = plainness[i]!;
        colourValues[c + 4] = innerness[i]!;
        colourValues[c + 5] = foldedness[i]!;
        keptValues[3 * i] = mesh[3 * i]!;
        keptValues[3 * i + 1] = mesh[3 * i + 1]!;
        keptValues[3 * i + 2] = kept[i]!;
      }

      findSpans(fullVertices, triangles, width, height, lumaSpans);
      solveAffineMaps(fullVertices, triangles, lumaValues, lumaMaps);
      planes.luma.fill(0, 0, width * height);
      warpPlane(lumaSpans, lumaMaps, level.luma, level.sidePixels, planes.luma, width);

      findSpans(halfVertices, triangles, halfWidth, halfHeight, colourSpans);
      solveAffineMaps(halfVertices, triangles, colourValues, colourMaps);
      planes.opacity.fill(0, 0, halfWidth * halfHeight);
      warpColour(colourSpans, colourMaps, level.colour, level.halfSide, planes, halfWidth);

      findSpans(fullVertices, keptTriangles, width, height, keptSpans);
      solveAffineMaps(fullVertices, keptTriangles, keptValues, keptMaps);
      planes.keptShare.fill(0, 0, width * height);
      warpKeptLuma(keptSpans, keptMaps, frame, planes, width);
      findSpans(halfVertices, keptTriangles, halfWidth, halfHeight, keptHalfSpans);
      solveAffineMaps(halfVertices, keptTriangles, keptValues, keptHalfMaps);
      planes.keptHalfShare.fill(0, 0, halfWidth * halfHeight);
      warpKeptChroma(keptHalfSpans, keptHalfMaps, frame, planes, halfWidth);

      matcher.match(frame, box, planes.luma, planes, facePixels, frame.isFullRange ? 0 : 16, light);
      composite(frame, box, planes, matcher);
      return box;
    },
  };
}

function boundsOf(mesh: Float32Array): PixelBox {
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
function paintBox(bounds: PixelBox, frame: PlanarFrame): PixelBox {
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
