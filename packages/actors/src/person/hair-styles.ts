import type { HairStyle } from "./person.js";

/** How a style grows. Lengths are in units of the eye distance. */
export interface HairRecipe {
  readonly strandCount: number;
  readonly pointCount: number;
  readonly length: number;
  /** How far strands stand off the scalp at the root: 0 flat .. 1 upright. */
  readonly lift: number;
  /** Thickness of the whole coat over the scalp. */
  readonly volume: number;
  readonly gravity: number;
  /** How strongly strands run together to locks towards the tips, 0..1. */
  readonly clumping: number;
  /** Radius of curls, 0 for straight hair. */
  readonly curlRadius: number;
  /** Curl turns per strand. */
  readonly curlTurns: number;
  /** Amplitude of a slow wave along long strands. */
  readonly wave: number;
  /** Width of the bands below the strands that keep the background from shining through; 0 for none. */
  readonly undercoat: number;
  /** Share of strands that leave their lock. */
  readonly wisps: number;
  /** Keeps strands out of the face and lets them hang beside it. */
  readonly hangsBesideFace: boolean;
}

const base = { curlRadius: 0, curlTurns: 0, wave: 0, undercoat: 0.045, wisps: 0.05, hangsBesideFace: false };

/** Recipes of all styles; bald grows nothing. */
export const HAIR_RECIPES: Readonly<Record<Exclude<HairStyle, "bald">, HairRecipe>> = {
  buzz: {
    ...base,
    strandCount: 8000,
    pointCount: 3,
    length: 0.05,
    lift: 0.7,
    volume: 0.02,
    gravity: 0,
    clumping: 0,
    undercoat: 0,
  },
  short: {
    ...base,
    strandCount: 8500,
    pointCount: 6,
    length: 0.36,
    lift: 0.36,
    volume: 0.1,
    gravity: 0.05,
    clumping: 0.55,
  },
  side: {
    ...base,
    strandCount: 8500,
    pointCount: 8,
    length: 0.55,
    lift: 0.5,
    volume: 0.13,
    gravity: 0.12,
    clumping: 0.5,
  },
  curly: {
    ...base,
    strandCount: 6500,
    pointCount: 14,
    length: 0.5,
    lift: 0.9,
    volume: 0.16,
    gravity: 0.07,
    clumping: 0.66,
    undercoat: 0.07,
    curlRadius: 0.055,
    curlTurns: 2.2,
    wisps: 0.1,
  },
  afro: {
    ...base,
    strandCount: 9000,
    pointCount: 9,
    length: 0.42,
    lift: 1.6,
    volume: 0.3,
    gravity: 0,
    clumping: 0.3,
    undercoat: 0.07,
    curlRadius: 0.035,
    curlTurns: 2.5,
    wisps: 0.12,
  },
  bob: {
    ...base,
    strandCount: 7500,
    pointCount: 13,
    length: 1.65,
    lift: 0.35,
    volume: 0.13,
    gravity: 0.5,
    clumping: 0.42,
    hangsBesideFace: true,
  },
  long: {
    ...base,
    strandCount: 7500,
    pointCount: 17,
    length: 2.75,
    lift: 0.35,
    volume: 0.13,
    gravity: 0.5,
    clumping: 0.5,
    wave: 0.03,
    hangsBesideFace: true,
  },
  wavy: {
    ...base,
    strandCount: 7500,
    pointCount: 18,
    length: 2.3,
    lift: 0.4,
    volume: 0.16,
    gravity: 0.45,
    clumping: 0.62,
    wave: 0.09,
    wisps: 0.08,
    hangsBesideFace: true,
  },
  bun: { ...base, strandCount: 7000, pointCount: 12, length: 1.6, lift: 0.2, volume: 0.15, gravity: 0, clumping: 0.3 },
};
