import { faceTexels, unwrappedFace, unwrapSide } from "#face-mesh/face-uv.js";
import { fitLight } from "./face-light.js";
import { keepBlobs, unsure } from "./mask-blobs.js";
import type { FaceSkin } from "./unwrap-face.js";

/** What a person's skin looks like over a segment, `unwrapSide` squared values a plane. */
export interface SkinModel {
  /** The usual (median) luma and chroma of each texel, as frames store them. */
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
  /** Deviations that are still this skin: of luma as a ratio, of chroma in steps. */
  readonly lumaLimit: Float32Array;
  readonly chromaLimit: Float32Array;
}

/** Fewer frames do not tell an occluder from a face. */
const fewestFrames = 12;
/** A texel must have been seen squarely in this many frames. */
const fewestSights = 8;
/** Of 255: texels turned further away are not judged. */
const squarely = 90;
/** Limits: a share that light and noise explain anyway, plus spreads (median absolute deviations) of the texel itself. */
const lumaSlack = { least: 0.09, spreads: 3.5 } as const;
const chromaSlack = { least: 4, spreads: 3.5 } as const;
/** Changes of luma, as logarithms, that may be a change of light. */
const lightScale = 0.1;
/** Texels of the smallest thing that counts: a strand of hair is 12 long and 2 wide. */
const smallestBlob = 24;
/** A face of which more is unusual stands in another light; it is not hidden. */
const largestShare = 0.6;

/**
 * Learns what is usual at each place of a face, so that anything in front of it stands out: hands, cups, microphones,
 * strands of hair. What is always there (glasses, a beard) is the person's. Needs no network.
 * @param skins up to about 200 frames spread evenly over a segment; all are in memory at once.
 * @returns undefined when there are too few frames to tell.
 */
export function learnSkin(skins: readonly FaceSkin[]): SkinModel | undefined {
  if (skins.length < fewestFrames) return undefined;
  const size = unwrapSide * unwrapSide;
  const luma = medians(skins, "luma");
  const blue = medians(skins, "blue");
  const red = medians(skins, "red");
  const limits = {
    lumaLimit: new Float32Array(size).fill(Infinity),
    chromaLimit: new Float32Array(size).fill(Infinity),
  };
  const model = { luma, blue, red, ...limits };
  const deviations = skins.map((skin) => deviationsOf(model, skin));
  const sights = new Float32Array(skins.length);
  for (const texel of unwrappedFace.texels) {
    const spread = (pick: keyof Deviations): number => {
      let count = 0;
      for (let n = 0; n < skins.length; n++)
        if (skins[n]!.facing[texel]! >= squarely) sights[count++] = deviations[n]![pick][texel]!;
      return count < fewestSights ? Infinity : median(sights, count);
    };
    limits.lumaLimit[texel] = lumaSlack.least + lumaSlack.spreads * spread("luma");
    limits.chromaLimit[texel] = chromaSlack.least + chromaSlack.spreads * spread("chroma");
  }
  return model;
}

/** What hides the face in one frame: 255 there, 0 elsewhere. Undefined when nothing does. */
export function occlusionOf(model: SkinModel, skin: FaceSkin): Uint8Array | undefined {
  const { luma, chroma } = deviationsOf(model, skin);
  const isUnusual = (texel: number): boolean =>
    skin.facing[texel]! >= squarely &&
    (luma[texel]! > model.lumaLimit[texel]! || chroma[texel]! > model.chromaLimit[texel]!);
  let [judged, unusual] = [0, 0];
  for (const texel of faceTexels.plain) {
    if (skin.facing[texel]! >= squarely) judged++;
    if (isUnusual(texel)) unusual++;
  }
  if (unusual < smallestBlob || unusual > largestShare * judged) return undefined;
  const mask = new Uint8Array(unwrapSide * unwrapSide);
  for (const texel of unwrappedFace.texels) if (isUnusual(texel)) mask[texel] = unsure;
  for (const texel of faceTexels.plain) if (mask[texel] !== 0) mask[texel] = 255;
  return keepBlobs(mask, unwrapSide, smallestBlob) ? mask : undefined;
}

/**
 * Steadies the mask of a frame with those before and after it: what shows in one frame only is noise, and the edge of a
 * moving thing fades in and out over a frame. Undefined stands for an empty mask.
 */
export function steadyMask(
  before: Uint8Array | undefined,
  here: Uint8Array | undefined,
  after: Uint8Array | undefined,
): Uint8Array | undefined {
  if ([before, here, after].filter((mask) => mask !== undefined).length < 2) return undefined;
  const steady = new Uint8Array(unwrapSide * unwrapSide);
  let isEmpty = true;
  for (let o = 0; o < steady.length; o++) {
    const [a, b, c] = [before?.[o] ?? 0, here?.[o] ?? 0, after?.[o] ?? 0];
    steady[o] = Math.max(Math.min(a, b), Math.min(b, c), Math.min(a, c));
    if (steady[o] !== 0) isEmpty = false;
  }
  return isEmpty ? undefined : steady;
}

interface Deviations {
  /** Absolute difference from the usual, once the frame's light is taken away. */
  readonly luma: Float32Array;
  readonly chroma: Float32Array;
}

/** Logarithm of a luma, a little above black so that noise in deep shade stays small. */
const logarithms = Float32Array.from({ length: 256 }, (_, luma) => Math.log(luma + 8));

function deviationsOf(model: Pick<SkinModel, "luma" | "blue" | "red">, skin: FaceSkin): Deviations {
  const { texels } = unwrappedFace;
  const luma = new Float32Array(unwrapSide * unwrapSide);
  const chroma = new Float32Array(unwrapSide * unwrapSide);
  for (let k = 0; k < texels.length; k++) {
    const texel = texels[k]!;
    luma[texel] = logarithms[skin.luma[texel]!]! - logarithms[model.luma[texel]!]!;
  }
  const seen = squarelySeen(skin);
  const light = fitLight(luma, seen, lightScale);
  const blueShift = middleStep(skin.blue, model.blue, seen);
  const redShift = middleStep(skin.red, model.red, seen);
  for (let k = 0; k < texels.length; k++) {
    const texel = texels[k]!;
    const blue = skin.blue[texel]! - model.blue[texel]! - blueShift;
    const red = skin.red[texel]! - model.red[texel]! - redShift;
    luma[texel] = Math.abs(luma[texel]! - light(texel));
    chroma[texel] = Math.sqrt(blue * blue + red * red);
  }
  return { luma, chroma };
}

const seenTexels = new Uint16Array(faceTexels.plain.length);

/** Plain texels that face the camera; valid until the next call. */
function squarelySeen({ facing }: FaceSkin): Uint16Array {
  let count = 0;
  for (const texel of faceTexels.plain) if (facing[texel]! >= squarely) seenTexels[count++] = texel;
  return seenTexels.subarray(0, count);
}

/** The middle of each texel over the frames that show it squarely, or over all where too few do. */
function medians(skins: readonly FaceSkin[], plane: "luma" | "blue" | "red"): Uint8Array {
  const out = new Uint8Array(unwrapSide * unwrapSide);
  const values = new Float32Array(skins.length);
  for (const texel of unwrappedFace.texels) {
    let count = 0;
    for (const skin of skins) if (skin.facing[texel]! >= squarely) values[count++] = skin[plane][texel]!;
    if (count < fewestSights) {
      count = 0;
      for (const skin of skins) values[count++] = skin[plane][texel]!;
    }
    out[texel] = median(values, count);
  }
  return out;
}

const stepCounts = new Uint16Array(511);

/** The middle difference of two planes at these texels, 0 without any. Steps are whole: they are counted, not sorted. */
function middleStep(plane: Uint8Array, usual: Uint8Array, texels: Uint16Array): number {
  stepCounts.fill(0);
  for (const texel of texels) stepCounts[255 + plane[texel]! - usual[texel]!]!++;
  let step = 0;
  for (let left = texels.length >> 1; step < 510 && left >= stepCounts[step]!; step++) left -= stepCounts[step]!;
  return texels.length === 0 ? 0 : step - 255;
}

/** The middle of the first `count` values, which are put in another order (Hoare's selection). */
function median(values: Float32Array, count: number): number {
  const middle = count >> 1;
  let [low, high] = [0, count - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else break;
  }
  return values[middle] ?? 0;
}
