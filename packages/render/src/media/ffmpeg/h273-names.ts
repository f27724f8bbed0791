import type { PictureColour } from "#media/media-io.js";

const primaries = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  film: 8,
  bt2020: 9,
  smpte428: 10,
  smpte431: 11,
  smpte432: 12,
  ebu3213: 22,
} as const;

const transfers = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  linear: 8,
  log100: 9,
  log316: 10,
  "iec61966-2-4": 11,
  bt1361e: 12,
  "iec61966-2-1": 13,
  "bt2020-10": 14,
  "bt2020-12": 15,
  smpte2084: 16,
  smpte428: 17,
  "arib-std-b67": 18,
} as const;

const matrices = {
  gbr: 0,
  bt709: 1,
  fcc: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  ycgco: 8,
  bt2020nc: 9,
  bt2020c: 10,
  smpte2085: 11,
  "chroma-derived-nc": 12,
  "chroma-derived-c": 13,
  ictcp: 14,
} as const;

const unspecified = 2;

/** Turns ffprobe's names of a colour description into the code points of ITU-T H.273; what it does not name is unspecified. */
export function colourOfNames(names: {
  readonly primaries?: string | undefined;
  readonly transfer?: string | undefined;
  readonly matrix?: string | undefined;
  readonly range?: string | undefined;
}): PictureColour {
  return {
    primaries: codeOf(primaries, names.primaries),
    transfer: codeOf(transfers, names.transfer),
    matrix: codeOf(matrices, names.matrix),
    isFullRange: names.range === "pc",
  };
}

function codeOf(codes: Readonly<Record<string, number>>, name: string | undefined): number {
  return (name === undefined ? undefined : codes[name]) ?? unspecified;
}
