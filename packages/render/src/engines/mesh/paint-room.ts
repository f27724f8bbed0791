import { type Kernels, openKernels } from "#kernels/index.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";

/** Planes of the box's own size, of half of it, of a quarter; what each holds is said in `kernels/scene.ts`. */
const fullPlanes = ["luma", "keptLuma", "keptShare"] as const;
const halfPlanes = ["blueDifference", "redDifference", "opacity", "keptBlue", "keptRed", "keptHalfShare"] as const;
const weightPlanes = ["plainness", "innerness", "foldedness", "ownPlainness"] as const;
const unwrappedPlanes = ["unwrappedColumn", "unwrappedRow", "usualLuma", "hidden"] as const;
const lightPlanes = ["gain", "blueShift", "redShift"] as const;
const workPlanes = ["weight", "photoLuma", "videoLuma", "usualBlurred", "detail"] as const;
const quarterPlanes = [...weightPlanes, ...unwrappedPlanes, ...lightPlanes, ...workPlanes] as const;

/** Before the planes: where the frame's pixels are, and what they are. */
const frameFields = ["filmedLuma", "filmedBlue", "filmedRed", "lumaStride", "chromaStride", "width", "height"] as const;
/** The fields of `kernels/scene.ts`, in its order. */
const sceneFields = [
  ...frameFields,
  "isFullRange",
  ...fullPlanes,
  ...halfPlanes,
  ...quarterPlanes,
  "scratch",
  "rows",
] as const;
type SceneField = (typeof sceneFields)[number];

/** The planes by name, `kernels/scene.ts`. */
export type PaintPlanes = Readonly<
  Record<(typeof fullPlanes)[number] | (typeof halfPlanes)[number] | (typeof quarterPlanes)[number], Float32Array>
>;

/** Rows of a frame in the room's memory, whole, the first one even: addresses of their first pixels, and sizes. */
export interface FilmedRows {
  readonly top: number;
  readonly luma: number;
  readonly blue: number;
  readonly red: number;
  readonly width: number;
  readonly height: number;
  readonly chromaWidth: number;
  readonly chromaHeight: number;
}

/** The memory in which one face is painted. For one frame at a time. */
export interface PaintRoom {
  readonly kernels: Kernels;
  /** Address of the record that the kernels take. */
  readonly scene: number;
  /** Larger than the box; new ones after an `enter` with a larger box than before. */
  readonly planes: PaintPlanes;
  readonly rows: FilmedRows;
  /**
   * Takes a frame's rows in, and makes room for a box.
   * @param box sides are multiples of 4 apart, its corner at even pixels. @param around rows that are read besides the box's.
   */
  enter(frame: PlanarFrame, box: PixelBox, around?: Pick<PixelBox, "top" | "bottom">): void;
  /** Writes the rows of the box back. */
  leave(frame: PlanarFrame, box: PixelBox): void;
}

/** Makes an empty room. */
export function openPaintRoom(): PaintRoom {
  const kernels = openKernels();
  const record = kernels.integers(sceneFields.length);
  const set = (field: SceneField, value: number): void => void (record[sceneFields.indexOf(field)] = value);
  let planes = {} as Record<keyof PaintPlanes, Float32Array>;
  let [size, widest] = [0, 0];
  const copies: { luma: Uint8Array; blue: Uint8Array; red: Uint8Array } = {
    luma: kernels.bytes(0),
    blue: kernels.bytes(0),
    red: kernels.bytes(0),
  };
  let rows: FilmedRows | undefined;

  function makePlanes(pixels: number): void {
    size = Math.ceil(1.3 * pixels);
    const sizes = [
      [fullPlanes, size],
      [halfPlanes, Math.ceil(size / 4) + 8],
      [quarterPlanes, Math.ceil(size / 16) + 8],
    ] as const;
    for (const [names, length] of sizes) {
      for (const name of names) set(name, (planes[name] = kernels.floats(length)).byteOffset);
    }
    set("scratch", kernels.floats(Math.ceil(size / 8) + 64).byteOffset);
  }

  function takeRows(frame: PlanarFrame, top: number, bottom: number): FilmedRows {
    const [first, end] = [top >> 1, (bottom + 1) >> 1];
    copies.luma = copyRows(frame.y, frame.lumaStride, top, bottom, copies.luma);
    copies.blue = copyRows(frame.u, frame.chromaStride, first, end, copies.blue);
    copies.red = copyRows(frame.v, frame.chromaStride, first, end, copies.red);
    const { widthPixels: width } = frame;
    const [height, chromaWidth, chromaHeight] = [bottom - top, (width + 1) >> 1, end - first];
    const at = { luma: copies.luma.byteOffset, blue: copies.blue.byteOffset, red: copies.red.byteOffset };
    return { ...at, top, width, height, chromaWidth, chromaHeight };
  }

  function copyRows(plane: Uint8Array, stride: number, top: number, end: number, into: Uint8Array): Uint8Array {
    const length = Math.min(plane.length, end * stride) - top * stride;
    // Three bytes more: bilinear and four-byte reads reach past the last pixel.
    const target = into.length < length + 4 ? kernels.bytes(Math.ceil(1.2 * length) + 4) : into;
    target.set(plane.subarray(top * stride, top * stride + length));
    return target;
  }

  return {
    kernels,
    scene: record.byteOffset,
    get planes() {
      return planes;
    },
    get rows() {
      return rows!;
    },
    enter(frame, box, around = box) {
      const [width, height] = [box.right - box.left, box.bottom - box.top];
      if (width * height > size) makePlanes(width * height);
      if (width > widest) {
        widest = Math.ceil(1.3 * width);
        set("rows", kernels.floats(6 * (widest + 64)).byteOffset);
      }
      const top = Math.max(0, Math.min(box.top, Math.floor(around.top))) & ~1;
      const bottom = Math.min(frame.heightPixels, Math.max(box.bottom, Math.ceil(around.bottom)));
      rows = takeRows(frame, top, bottom);
      const down = box.top - top;
      const corner = (down >> 1) * frame.chromaStride + (box.left >> 1);
      set("filmedLuma", rows.luma + down * frame.lumaStride + box.left);
      set("filmedBlue", rows.blue + corner);
      set("filmedRed", rows.red + corner);
      set("lumaStride", frame.lumaStride);
      set("chromaStride", frame.chromaStride);
      set("width", width);
      set("height", height);
      set("isFullRange", Number(frame.isFullRange));
    },
    leave(frame, box) {
      const { top } = rows!;
      writeRows(copies.luma, top, frame.y, frame.lumaStride, box.top, box.bottom);
      writeRows(copies.blue, top >> 1, frame.u, frame.chromaStride, box.top >> 1, box.bottom >> 1);
      writeRows(copies.red, top >> 1, frame.v, frame.chromaStride, box.top >> 1, box.bottom >> 1);
    },
  };
}

function writeRows(from: Uint8Array, first: number, plane: Uint8Array, stride: number, top: number, end: number): void {
  const length = Math.min(plane.length, end * stride) - top * stride;
  const start = (top - first) * stride;
  plane.set(from.subarray(start, start + length), top * stride);
}
