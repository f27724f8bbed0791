/**
 * One face in one frame: where each plane lies. Planes of the box's size: luma and what is kept of the person; of half of it:
 * colour, opacity; of a quarter: weights and light. The host writes it (`src/engines/mesh/paint-room.ts`), in this order.
 */
@unmanaged
export class Scene {
  /** The frame's own pixels: addresses of the box's first one, bytes. */
  filmedLuma: usize;
  filmedBlue: usize;
  filmedRed: usize;
  /** Bytes from row to row. */
  lumaStride: i32;
  chromaStride: i32;
  /** Of the box, in luma pixels: multiples of 4. */
  width: i32;
  height: i32;
  /** 1 for 0-255, 0 for 16-235 and 16-240. */
  isFullRange: i32;
  /** The photo's luma, drawn. */
  luma: usize;
  /** The person's own luma of eyes, lids and mouth, and its share of the result, 0-1. */
  keptLuma: usize;
  keptShare: usize;
  /** The photo's colour around 0, and how much of the drawn face is seen, 0-1. */
  blueDifference: usize;
  redDifference: usize;
  opacity: usize;
  /** The person's own chroma as stored, and its share. */
  keptBlue: usize;
  keptRed: usize;
  keptHalfShare: usize;
  /** See `FaceWeights` of the host. */
  plainness: usize;
  innerness: usize;
  foldedness: usize;
  ownPlainness: usize;
  /** Where in the unwrapped face each place is; -2 where there is no face. */
  unwrappedColumn: usize;
  unwrappedRow: usize;
  /** Luma of the person's usual face; what hides the face, 0-255. */
  usualLuma: usize;
  hidden: usize;
  /** The match: luma = (luma - pedestal) * gain + pedestal; colour + shift. */
  gain: usize;
  blueShift: usize;
  redShift: usize;
  /** On the way to the match. */
  weight: usize;
  photoLuma: usize;
  videoLuma: usize;
  usualBlurred: usize;
  detail: usize;
  scratch: usize;
  /** Room for six rows of the box's width and 64 more, of f32. */
  rows: usize;
}
