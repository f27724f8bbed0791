import type { PaintRoom } from "./paint-room.js";

/** How much finest structure (pores, grain) skin shows: mean absolute difference of a pixel and its four neighbours, in luma steps. */
export interface Fineness {
  readonly drawn: number;
  readonly filmed: number;
}

/** Fewer pixels than this tell nothing. */
const leastPixels = 24;

/** Measures both on the plain skin they share; undefined where there is too little of it. */
export function measureFineness({ kernels, scene, planes }: PaintRoom): Fineness | undefined {
  // Nothing is in the work planes between two frames.
  const into = planes.weight;
  const count = kernels.run.measureFineness(scene, into.byteOffset);
  return count < leastPixels ? undefined : { drawn: into[0]!, filmed: into[1]! };
}
