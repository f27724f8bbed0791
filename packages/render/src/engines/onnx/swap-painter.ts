import { boundsOf, paintBox } from "#engines/mesh/face-painter.js";
import { createFaceWeightsPainter } from "#engines/mesh/face-weights.js";
import { measureFineness } from "#engines/mesh/fineness.js";
import { matchLight } from "#engines/mesh/light-match.js";
import { openPaintRoom, type PaintPlanes } from "#engines/mesh/paint-room.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { CropMap } from "./crop-map.js";
import { convertDrawn, createDrawnCrop, layOutCrop } from "./drawn-crop.js";
import { createFaceMask, maskTriangles } from "./face-mask.js";
import type { SwapManifest } from "./swap-manifest.js";

/** Lays faces that a swap model drew over frames. Not for two frames at once: its planes are reused. */
export interface SwapPainter {
  /**
   * Replaces the face in place.
   * @param mesh landmarks of the person in this frame. @param crop where the model's crop lies in it. @param drawn the model's output.
   * @param occlusion 0 seen - 255 hidden, over the unwrapped face.
   * @returns the box that holds every changed pixel, or undefined when the face is too small or outside the frame.
   */
  paint(
    frame: PlanarFrame,
    mesh: Float32Array,
    crop: CropMap,
    drawn: Float32Array,
    occlusion: Uint8Array | undefined,
  ): PixelBox | undefined;
}

/** Faces below this many pixels are left alone: the mesh is no longer good to a pixel there. */
const smallestFacePixels = 24;
/**
 * How far light and colour follow the video inside the face, 0-1; 1 on its outline always, so that no edge is seen. The models
 * keep the light of the crop by themselves: what they change there belongs to the new face.
 */
const lightShare = 0.25;
const light = { lumaStrength: 1, foldStrength: 0, lastingFoldStrength: 0, expressionStrength: 0, blurShare: 0.045 };
/** Share of a new frame in the running measure of the grain: about half a second. */
const follow = 0.07;
const leastGrain = 0.05;

/** @param innerness 0 at landmarks on the oval, 1 well inside. */
export function createSwapPainter(
  { sidePixels, outputRange }: Pick<SwapManifest, "sidePixels" | "outputRange">,
  innerness: Float32Array,
): SwapPainter {
  const room = openPaintRoom();
  const { run } = room.kernels;
  const drawnCrop = createDrawnCrop(sidePixels);
  const mask = createFaceMask(room, innerness, sidePixels);
  const weights = createFaceWeightsPainter(room, maskTriangles, innerness);
  let fineness: { drawn: number; filmed: number } | undefined;

  function grainShare(overallGain: number): number {
    const found = measureFineness(room);
    if (found !== undefined) {
      const drawn = Math.max(0.05, found.drawn * overallGain);
      fineness ??= { drawn, filmed: found.filmed };
      fineness.drawn += (drawn - fineness.drawn) * follow;
      fineness.filmed += (found.filmed - fineness.filmed) * follow;
    }
    if (fineness === undefined || fineness.drawn >= fineness.filmed) return 0;
    return Math.sqrt(1 - (fineness.drawn / fineness.filmed) ** 2);
  }

  return {
    paint(frame, mesh, crop, drawn, occlusion) {
      const bounds = boundsOf(mesh);
      const facePixels = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
      const box = paintBox(bounds, frame);
      const [width, height] = [box.right - box.left, box.bottom - box.top];
      if (facePixels < smallestFacePixels || width < 16 || height < 16) return undefined;
      room.enter(frame, box);
      const { planes } = room;
      convertDrawn(drawn, outputRange, frame, drawnCrop);
      layOutCrop(drawnCrop, crop, box, planes);
      mask.draw(box, mesh, crop, planes.opacity);
      weights.draw(box, mesh, mesh);
      if (occlusion) {
        weights.layOut(occlusion, "hidden");
        run.hideBehind(room.scene);
      }
      const overallGain = matchLight(room, facePixels, frame.isFullRange, false, light);
      yieldInside(planes, (width >> 2) * (height >> 2));
      const share = grainShare(overallGain);
      run.compositeLuma(room.scene, share > leastGrain ? share : 0);
      run.compositeChroma(room.scene);
      room.leave(frame, box);
      return box;
    },
  };
}

/** Weakens a full match towards the middle of the face. */
function yieldInside({ gain, blueShift, redShift, innerness }: PaintPlanes, size: number): void {
  for (let o = 0; o < size; o++) {
    const share = 1 - (1 - lightShare) * Math.min(1, innerness[o]!);
    gain[o] = 1 + (gain[o]! - 1) * share;
    blueShift[o]! *= share;
    redShift[o]! *= share;
  }
}
