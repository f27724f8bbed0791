import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { layOutLabel, type LabelLayout } from "./label-layout.js";

/** Draws the visible label. */
export interface LabelPainter {
  /** Draws into one frame in place. */
  paint(frame: PlanarFrame): void;
}

/** Size of the stored picture, and the turn that makes it upright. */
export interface LabelSettings {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly rotation: Rotation;
}

/** Opacity of the plate: over a white picture white letters on it still have a contrast of 5.7 to 1 (WCAG AA: 4.5). */
const plateOpacity = 0.6;

/** The last painter that was made: the regions of a film want the same one, and drawing the letters takes some 20 ms. */
let known: { readonly name: string; readonly painter: LabelPainter } | undefined;

/**
 * Gives the painter for pictures of one size. It draws "AI MODIFIED" in white on a dark plate, top right and upright on
 * the picture as a viewer sees it; 0.05 ms a frame at 720p.
 */
export function createLabelPainter(settings: LabelSettings): LabelPainter {
  const name = `${settings.widthPixels} ${settings.heightPixels} ${settings.rotation}`;
  if (known?.name !== name) known = { name, painter: layOutPainter(settings) };
  return known.painter;
}

function layOutPainter({ widthPixels, heightPixels, rotation }: LabelSettings): LabelPainter {
  const isSideways = rotation === 90 || rotation === 270;
  const layout = isSideways ? layOutLabel(heightPixels, widthPixels) : layOutLabel(widthPixels, heightPixels);
  const stored = storedLabel(layout, widthPixels, heightPixels, rotation);
  const chroma = chromaLayer(stored, widthPixels, heightPixels);
  let limited: Layer | undefined;
  let full: Layer | undefined;
  return {
    paint(frame) {
      const luma = frame.isFullRange ? (full ??= lumaLayer(stored, 0, 255)) : (limited ??= lumaLayer(stored, 16, 235));
      blend(frame.y, frame.lumaStride, luma);
      blend(frame.u, frame.chromaStride, chroma);
      blend(frame.v, frame.chromaStride, chroma);
    },
  };
}

/** The label as the stored picture holds it; shares 0-1, row by row inside `box`. */
interface StoredLabel {
  readonly box: PixelBox;
  readonly plate: Float32Array;
  readonly letters: Float32Array;
}

function storedLabel(layout: LabelLayout, width: number, height: number, rotation: Rotation): StoredLabel {
  const box = storedBox(layout.plate, width, height, rotation);
  const columns = box.right - box.left;
  const plate = new Float32Array(columns * (box.bottom - box.top));
  const letters = new Float32Array(plate.length);
  for (let at = 0; at < plate.length; at++) {
    const column = box.left + (at % columns);
    const row = box.top + Math.floor(at / columns);
    // The same turn as `rotateImage()`.
    const x =
      rotation === 0 ? column : rotation === 90 ? height - 1 - row : rotation === 180 ? width - 1 - column : row;
    const y =
      rotation === 0 ? row : rotation === 90 ? column : rotation === 180 ? height - 1 - row : width - 1 - column;
    plate[at] = layout.plateAt(x, y);
    letters[at] = layout.lettersAt(x, y);
  }
  return { box, plate, letters };
}

function storedBox(upright: PixelBox, width: number, height: number, rotation: Rotation): PixelBox {
  const { left, top, right, bottom } = upright;
  switch (rotation) {
    case 0:
      return upright;
    case 90:
      return { left: top, top: height - right, right: bottom, bottom: height - left };
    case 180:
      return { left: width - right, top: height - bottom, right: width - left, bottom: height - top };
    case 270:
      return { left: width - bottom, top: left, right: width - top, bottom: right };
  }
}

/** What to do with a part of a plane: `value = (value * keep + add) >> 8`. */
interface Layer {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  /** 0-256. */
  readonly keep: Uint16Array;
  /** 0-65 408, rounding included. */
  readonly add: Uint16Array;
}

function lumaLayer({ box, plate, letters }: StoredLabel, black: number, white: number): Layer {
  const keep = new Uint16Array(plate.length);
  const add = new Uint16Array(plate.length);
  for (let at = 0; at < plate.length; at++) {
    keep[at] = Math.round(256 * kept(plate[at]!, letters[at]!));
    const whiteShare = Math.round(256 * letters[at]!);
    add[at] = white * whiteShare + black * (256 - whiteShare - keep[at]!) + 128;
  }
  return { left: box.left, top: box.top, columns: box.right - box.left, keep, add };
}

/** Black and white are both grey: a chroma value goes to the middle by the mean of its pixels. */
function chromaLayer({ box, plate, letters }: StoredLabel, width: number, height: number): Layer {
  const lumaColumns = box.right - box.left;
  const left = box.left >> 1;
  const top = box.top >> 1;
  const columns = ((box.right + 1) >> 1) - left;
  const keep = new Uint16Array(columns * (((box.bottom + 1) >> 1) - top));
  const add = new Uint16Array(keep.length);
  for (let at = 0; at < keep.length; at++) {
    const column = (left + (at % columns)) * 2;
    const row = (top + Math.floor(at / columns)) * 2;
    let sum = 0;
    let pixels = 0;
    for (let y = row; y < Math.min(row + 2, height); y++) {
      for (let x = column; x < Math.min(column + 2, width); x++) {
        const isInside = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
        const from = (y - box.top) * lumaColumns + x - box.left;
        sum += isInside ? kept(plate[from]!, letters[from]!) : 1;
        pixels++;
      }
    }
    keep[at] = Math.round((256 * sum) / pixels);
    add[at] = 128 * (256 - keep[at]!) + 128;
  }
  return { left, top, columns, keep, add };
}

/** Share of the picture that shows through. */
function kept(plate: number, letters: number): number {
  return (1 - plateOpacity * plate) * (1 - letters);
}

function blend(plane: Uint8Array, stride: number, { left, top, columns, keep, add }: Layer): void {
  let from = 0;
  for (let row = top; from < keep.length; row++) {
    let to = row * stride + left;
    for (const end = from + columns; from < end; from++, to++) {
      plane[to] = (plane[to]! * keep[from]! + add[from]!) >> 8;
    }
  }
}
