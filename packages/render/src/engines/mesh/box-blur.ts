import { type Kernels, openKernels } from "#kernels/index.js";

/** One instance a thread, with room for the largest plane so far and as much scratch. */
let room: { readonly kernels: Kernels; readonly plane: Float32Array; readonly scratch: Float32Array } | undefined;

/**
 * Blurs one plane in place: two passes of a box of `2 * radius + 1`, close to a Gaussian of sigma 0.82 * radius + 0.4.
 * Edges repeat. Cost does not depend on the radius.
 */
export function boxBlur(values: Float32Array, width: number, height: number, radius: number): void {
  const size = width * height;
  if (room === undefined || room.plane.length < size) {
    const kernels = openKernels();
    room = { kernels, plane: kernels.floats(size), scratch: kernels.floats(size + width) };
  }
  const { kernels, plane, scratch } = room;
  plane.set(values.length === size ? values : values.subarray(0, size));
  kernels.run.boxBlur(plane.byteOffset, width, height, radius, scratch.byteOffset);
  values.set(plane.length === size ? plane : plane.subarray(0, size));
}
