import type { PixelBox, PlanarFrame } from "#model/image.js";
import { createAffineMaps, solveAffineMaps } from "./affine-maps.js";
import { composite, type CompositePlanes } from "./composite.js";
import { createFaceWeightsPainter } from "./face-weights.js";
import { readGrain } from "./grain.js";
import { hideBehind } from "./hide-behind.js";
import type { FaceTexture } from "./face-texture.js";
import { keptTriangles, keptWeights } from "./kept-parts.js";
import { LightMatcher, type LightMatchOptions } from "./light-match.js";
import { facingWeights } from "#face-mesh/mesh-measures.js";
import { measureFineness } from "./fineness.js";
import { innernessOf } from "./shape-transfer.js";
import { createSharpnessMatch } from "./sharpness-match.js";
import { warpKeptChroma, warpKeptLuma } from "./kept-warp.js";
import { createSpanList, findSpans } from "./spans.js";
import { createTextureLevels, type TextureLevels } from "./texture-levels.js";
import { faceTriangles, meshVertexCount, mouthTriangles } from "#face-mesh/topology.js";
import { warpColour, warpPlane } from "./warp.js";

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
  const triangles = farToNear(texture.mesh);
  const lumaSpans = createSpanList();
  const colourSpans = createSpanList();
  const keptSpans = createSpanList();
  const keptHalfSpans = createSpanList();
  const lumaMaps = createAffineMaps(triangles.length / 3, 2);
  const colourMaps = createAffineMaps(triangles.length / 3, 3);
  const weights = createFaceWeightsPainter(triangles, innernessOf(texture.mesh));
  let usualLuma = new Float32Array(0);
  let hidden = new Float32Array(0);
  const keptMaps = createAffineMaps(keptTriangles.length / 3, 3);
  const keptHalfMaps = createAffineMaps(keptTriangles.length / 3, 3);
  const fullVertices = new Float32Array(2 * meshVertexCount);
  const halfVertices = new Float32Array(2 * meshVertexCount);
  const lumaValues = new Float32Array(2 * meshVertexCount);
  const colourValues = new Float32Array(3 * meshVertexCount);
  const keptValues = new Float32Array(3 * meshVertexCount);
  const facing = new Float32Array(meshVertexCount);
  const kept = new Float32Array(meshVertexCount);
  const matcher = new LightMatcher();
  const sharpness = createSharpnessMatch();
  const planes: CompositePlanes = {
    luma: new Float32Array(0),
    keptLuma: new Float32Array(0),
    keptShare: new Float32Array(0),
    blueDifference: new Float32Array(0),
    redDifference: new Float32Array(0),
    opacity: new Float32Array(0),
    keptBlue: new Float32Array(0),
    keptRed: new Float32Array(0),
    keptHalfShare: new Float32Array(0),
  };
  function reserve(size: number): void {
    if (planes.luma.length >= size) return;
    const room = Math.ceil(size * 1.3);
    usualLuma = new Float32Array(Math.ceil(room / 16));
    hidden = new Float32Array(Math.ceil(room / 16));
    for (const key of ["luma", "keptLuma", "keptShare"] as const) planes[key] = new Float32Array(room);
    for (const key of ["blueDifference", "redDifference", "opacity", "keptBlue", "keptRed", "keptHalfShare"] as const) {
      planes[key] = new Float32Array(Math.ceil(room / 4) + 8);
    }
  }

  return {
    paint(frame, mesh, drawnMesh, seen) {
      const bounds = boundsOf(drawnMesh);
      const facePixels = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
      const box = paintBox(bounds, frame);
      const width = box.right - box.left;
      const height = box.bottom - box.top;
      if (facePixels < smallestFacePixels || width < 16 || height < 16) return undefined;
      const halfWidth = width >> 1;
      const halfHeight = height >> 1;
      reserve(width * height);
      const level = levelsFor(texture, frame).levelFor(facePixels);

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
        const c = 3 * i;
        colourValues[c] = (sourceX - 0.5) / 2;
        colourValues[c + 1] = (sourceY - 0.5) / 2;
        colourValues[c + 2] = facing[i]! * texture.facing[i]!;
        keptValues[3 * i] = mesh[3 * i]!;
        keptValues[3 * i + 1] = mesh[3 * i + 1]!;
        keptValues[3 * i + 2] = kept[i]!;
      }

      findSpans(fullVertices, triangles, width, height, lumaSpans);
      solveAffineMaps(fullVertices, triangles, lumaValues, lumaMaps);
      const drawLuma = (): void =>
        warpPlane(lumaSpans, lumaMaps, sharpness.lumaOf(level), level.sidePixels, planes.luma, width);
      planes.luma.fill(0, 0, width * height);
      drawLuma();

      findSpans(halfVertices, triangles, halfWidth, halfHeight, colourSpans);
      solveAffineMaps(halfVertices, triangles, colourValues, colourMaps);
      planes.opacity.fill(0, 0, halfWidth * halfHeight);
      warpColour(colourSpans, colourMaps, level.colour, level.halfSide, planes, halfWidth);

      weights.draw(box, mesh, drawnMesh);
      if (seen?.usualLuma) weights.layOut(seen.usualLuma, usualLuma);
      if (seen?.occlusion) {
        weights.layOut(seen.occlusion, hidden);
        hideBehind(hidden, planes.opacity, width >> 2, height >> 2);
      }

      findSpans(fullVertices, keptTriangles, width, height, keptSpans);
      solveAffineMaps(fullVertices, keptTriangles, keptValues, keptMaps);
      planes.keptShare.fill(0, 0, width * height);
      warpKeptLuma(keptSpans, keptMaps, frame, planes, width);
      findSpans(halfVertices, keptTriangles, halfWidth, halfHeight, keptHalfSpans);
      solveAffineMaps(halfVertices, keptTriangles, keptValues, keptHalfMaps);
      planes.keptHalfShare.fill(0, 0, halfWidth * halfHeight);
      warpKeptChroma(keptHalfSpans, keptHalfMaps, frame, planes, halfWidth);

      const input = { luma: planes.luma, colour: planes, weights, usualLuma: seen?.usualLuma && usualLuma };
      matcher.match(frame, box, input, facePixels, frame.isFullRange ? 0 : 16, light);
      const fineness = measureFineness(frame, box, planes.luma, planes, weights);
      if (fineness !== undefined) {
        const wasKnown = sharpness.isKnown();
        sharpness.observe(level, { filmed: fineness.filmed, drawn: fineness.drawn * matcher.overall });
        // The first frame is not to be crisper than those after it.
        if (!wasKnown) drawLuma();
      }
      const grainShare = sharpness.grainShare();
      const grain = grainShare > leastGrain ? readGrain(frame, box, weights, grainShare) : undefined;
      composite(frame, box, planes, matcher, grain);
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
