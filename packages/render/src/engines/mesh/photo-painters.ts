import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { PhotoBlend } from "./choose-photo.js";

/** Draws one face from several photos, each with a painter of its own. */
export interface PhotoPainters<Painter> {
  /**
   * Draws a frame from one photo, or from two where one fades into the other.
   * @param draw draws onto the frame it is given with the painter it is given, and returns the box of what it changed.
   * @returns the box that holds every changed pixel, or undefined when nothing was drawn.
   */
  paint(
    frame: PlanarFrame,
    blend: PhotoBlend,
    draw: (painter: Painter, frame: PlanarFrame) => PixelBox | undefined,
  ): PixelBox | undefined;
}

/**
 * Makes painters as photos are needed and keeps no more than two, because each holds planes of the face's size.
 * @param create makes the painter of a photo, by its number.
 */
export function createPhotoPainters<Painter>(create: (photo: number) => Painter): PhotoPainters<Painter> {
  const painters = new Map<number, Painter>();
  /** The two used last stay: a map gives its keys in the order in which they were set. */
  const painterOf = (photo: number): Painter => {
    const painter = painters.get(photo) ?? create(photo);
    painters.delete(photo);
    painters.set(photo, painter);
    for (const oldest of painters.keys()) if (painters.size > 2) painters.delete(oldest);
    return painter;
  };
  return {
    paint(frame, { photo, other }, draw) {
      if (other === undefined) return draw(painterOf(photo), frame);
      const second: PlanarFrame = { ...frame, y: frame.y.slice(), u: frame.u.slice(), v: frame.v.slice() };
      const boxes = [draw(painterOf(photo), frame), draw(painterOf(other.photo), second)];
      const box = unionOf(boxes.filter((each) => each !== undefined));
      if (box !== undefined) mixBox(frame, second, box, other.share);
      return box;
    },
  };
}

function unionOf(boxes: readonly PixelBox[]): PixelBox | undefined {
  if (boxes.length === 0) return undefined;
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/** Lays the second frame over the first inside a box. */
function mixBox(frame: PlanarFrame, second: PlanarFrame, box: PixelBox, share: number): void {
  const half = { left: box.left >> 1, top: box.top >> 1, right: (box.right + 1) >> 1, bottom: (box.bottom + 1) >> 1 };
  mixPlane(frame.y, second.y, frame.lumaStride, box, share);
  mixPlane(frame.u, second.u, frame.chromaStride, half, share);
  mixPlane(frame.v, second.v, frame.chromaStride, half, share);
}

function mixPlane(plane: Uint8Array, second: Uint8Array, stride: number, box: PixelBox, share: number): void {
  for (let y = box.top; y < box.bottom; y++) {
    for (let o = y * stride + box.left; o < y * stride + box.right; o++) {
      plane[o] = Math.round(plane[o]! + (second[o]! - plane[o]!) * share);
    }
  }
}
