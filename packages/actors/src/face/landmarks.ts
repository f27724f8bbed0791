/** Number of face vertices; the published numbering adds ten iris points behind them. */
export const FACE_VERTEX_COUNT = 468;
/** Number of landmarks in a truth record: 468 face vertices, then two irises (centre and four points round it each). */
export const LANDMARK_COUNT = 478;
/** Iris centre of the person's right eye (left in the picture); 469..472 lie round it. */
export const RIGHT_IRIS = 468;
/** Iris centre of the person's left eye; 474..477 lie round it. */
export const LEFT_IRIS = 473;

/** Middle of the hairline. */
export const FOREHEAD_TOP = 10;
/** Lowest point of the chin. */
export const CHIN = 152;
/** Foremost point of the nose. */
export const NOSE_TIP = 4;
/** Middle of the upper lip's inner edge; its distance to `LOWER_LIP_INNER` is the mouth opening. */
export const UPPER_LIP_INNER = 13;
/** Middle of the lower lip's inner edge. */
export const LOWER_LIP_INNER = 14;
/** Outer corner of the person's right eye; the unit of all errors is its distance to `LEFT_EYE_OUTER`. */
export const RIGHT_EYE_OUTER = 33;
/** Outer corner of the person's left eye. */
export const LEFT_EYE_OUTER = 263;

/** Border of the face, clockwise in the picture from the top of the forehead. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** Lid edges and lid crease of one eye, nine vertices each. */
export interface EyeContour {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  readonly crease: readonly number[];
}

/** The person's right eye, outer to inner corner. */
export const RIGHT_EYE: EyeContour = {
  upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
  lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
  crease: [130, 247, 30, 29, 27, 28, 56, 190, 243],
};

/** The person's left eye, outer to inner corner. */
export const LEFT_EYE: EyeContour = {
  upper: [263, 466, 388, 387, 386, 385, 384, 398, 362],
  lower: [263, 249, 390, 373, 374, 380, 381, 382, 362],
  crease: [359, 467, 260, 259, 257, 258, 286, 414, 463],
};

/** Both eyes: index 0 is the person's right one. */
export const EYES: readonly [EyeContour, EyeContour] = [RIGHT_EYE, LEFT_EYE];

/** Four rows from the outside to the inside, each from corner to corner. */
export const UPPER_LIP: readonly (readonly number[])[] = [
  [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306],
  [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292],
  [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
];

/** As `UPPER_LIP`, for the lower lip; the corners are shared. */
export const LOWER_LIP: readonly (readonly number[])[] = [
  [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
  [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
  [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
  [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
];

/** Upper and lower edge of one eyebrow. */
export interface BrowContour {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** Both brows from the outside to the nose; index 0 is the person's right one. */
export const BROWS: readonly [BrowContour, BrowContour] = [
  { upper: [70, 63, 105, 66, 107], lower: [46, 53, 52, 65, 55] },
  { upper: [300, 293, 334, 296, 336], lower: [276, 283, 282, 295, 285] },
];

/** Closes two edges that share their ends to one ring. */
export function ringOf(upper: readonly number[], lower: readonly number[]): readonly number[] {
  return [...upper, ...lower.slice(1, -1).reverse()];
}

/** Edge of the mouth opening. */
export const MOUTH_RING: readonly number[] = ringOf(UPPER_LIP[3]!, LOWER_LIP[3]!);
/** Outer border of the lips. */
export const LIPS_RING: readonly number[] = ringOf(UPPER_LIP[0]!, LOWER_LIP[0]!);
