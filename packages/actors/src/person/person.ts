import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import { createRandom, gaussian, pick, type Random } from "#maths/random.js";
import { mix, type Vec3 } from "#maths/vector.js";
import { CLOTH_COLOURS, GREY_HAIR, HAIR_COLOURS, IRIS_COLOURS, linear, skinColour } from "./colours.js";

/** Ways to wear hair on the head. */
export type HairStyle = "bald" | "buzz" | "short" | "side" | "curly" | "bob" | "long" | "wavy" | "bun" | "afro";
/** Facial hair. */
export type BeardStyle = "none" | "stubble" | "moustache" | "goatee" | "full";
/** The two ends between which build, brows and make-up are drawn. */
export type Presentation = "feminine" | "masculine";
/** Neckline of the garment. */
export type Garment = "crew" | "v" | "shirt";

/** Which invented person to draw. The seed decides everything that is left out. */
export interface ActorSpec {
  /** Whole number; the same seed is always the same person. */
  readonly seed: number;
  /** 0 light .. 1 dark. */
  readonly skinTone?: number;
  readonly presentation?: Presentation;
  /** 20..80. Brings lines and grey hair. */
  readonly ageYears?: number;
  readonly hair?: HairStyle;
  readonly beard?: BeardStyle;
  readonly glasses?: boolean;
}

/** Amounts of the named shape directions, each about -2..2 with 0 as the mean. */
export type ShapeName =
  | "width"
  | "jaw"
  | "length"
  | "eyeSize"
  | "eyeDistance"
  | "eyeTilt"
  | "noseWidth"
  | "noseLength"
  | "noseBridge"
  | "noseTip"
  | "lipFullness"
  | "mouthWidth"
  | "chin"
  | "brow"
  | "cheek"
  | "forehead";

/** A smooth wave through the face that moves its vertices by `amplitude`: what makes two people differ beyond the names. */
export interface ShapeWave {
  readonly frequency: Vec3;
  readonly phase: Vec3;
  readonly amplitude: Vec3;
}

/** Everything that makes one invented person; plain data. Colours are linear light. */
export interface Person {
  readonly seed: number;
  readonly presentation: Presentation;
  readonly ageYears: number;
  /** 0 light .. 1 dark. */
  readonly skinTone: number;
  readonly skin: Vec3;
  readonly hairStyle: HairStyle;
  readonly hair: Vec3;
  readonly beard: BeardStyle;
  readonly hasGlasses: boolean;
  readonly iris: Vec3;
  readonly cloth: Vec3;
  readonly garment: Garment;
  /** 0 none .. 1 many. */
  readonly freckles: number;
  /** Strength of the lip colour, 0..1. */
  readonly lipColour: number;
  readonly blush: number;
  readonly makeup: number;
  /** Where the hair parts: x in units of the eye distance. */
  readonly partX: number;
  readonly browThickness: number;
  /** How far the hairline draws back at the temples, 0..1. */
  readonly recession: number;
  readonly shape: Readonly<Record<ShapeName, number>>;
  readonly waves: readonly ShapeWave[];
  readonly asymmetry: Vec3;
}

const FEMININE_HAIR: readonly HairStyle[] = ["long", "bob", "wavy", "bun", "curly", "wavy", "bob", "long", "afro"];
const MASCULINE_HAIR: readonly HairStyle[] = [
  "short",
  "side",
  "short",
  "buzz",
  "curly",
  "side",
  "short",
  "bald",
  "afro",
];

function drawShape(random: Random, feminine: boolean): Readonly<Record<ShapeName, number>> {
  const g = (): number => clamp(gaussian(random), -1.8, 1.8);
  return {
    width: g(),
    jaw: (feminine ? -0.7 : 0.5) + 0.6 * g(),
    length: g(),
    eyeSize: (feminine ? 0.2 : -0.6) + 0.35 * g(),
    eyeDistance: g(),
    eyeTilt: g(),
    noseWidth: 0.8 * g() - 0.2,
    noseLength: 0.8 * g(),
    noseBridge: g(),
    noseTip: g(),
    lipFullness: (feminine ? 0.6 : -0.3) + 0.6 * g(),
    mouthWidth: g(),
    chin: g(),
    brow: 0.8 * g(),
    cheek: g(),
    forehead: g(),
  };
}

function drawWaves(random: Random): readonly ShapeWave[] {
  const g = (): number => clamp(gaussian(random), -2, 2);
  return Array.from({ length: 10 }, () => ({
    frequency: [1 + 2 * random(), 1 + 2.4 * random(), 1 + 2 * random()],
    phase: [2 * Math.PI * random(), 2 * Math.PI * random(), 2 * Math.PI * random()],
    amplitude: [g() * 0.012, g() * 0.012, g() * 0.014],
  }));
}

/** Seed to person. What the spec fixes replaces the draw, and leaves all other draws as they are. */
export function drawPerson(spec: ActorSpec): Person {
  const random = createRandom(spec.seed * 7919 + 13);
  const drawnPresentation: Presentation = random() < 0.5 ? "feminine" : "masculine";
  const presentation = spec.presentation ?? drawnPresentation;
  const feminine = presentation === "feminine";
  const drawnTone = random();
  const skinTone = clamp(spec.skinTone ?? drawnTone);
  const drawnAge = 21 + 50 * random() ** 1.6;
  const ageYears = clamp(spec.ageYears ?? drawnAge, 20, 80);
  const isDark = skinTone > 0.52;
  const hairChoice = random();
  const palette = isDark ? HAIR_COLOURS.slice(0, 2) : HAIR_COLOURS;
  const hairColour = palette[Math.floor(hairChoice * palette.length)]!;
  const greyness = smoothStep(44, 72, ageYears + 10 * (random() - 0.5)) * 0.95;
  const drawnHair = pick(random, feminine ? FEMININE_HAIR : MASCULINE_HAIR);
  const beardChoice = random();
  const drawnBeard: BeardStyle =
    beardChoice < 0.3
      ? "none"
      : beardChoice < 0.58
        ? "stubble"
        : beardChoice < 0.68
          ? "moustache"
          : beardChoice < 0.8
            ? "goatee"
            : "full";
  const drawnGlasses = random() < 0.14 + 0.2 * smoothStep(40, 70, ageYears);
  const irisChoice = random();
  const irises = isDark ? IRIS_COLOURS.slice(0, 2) : IRIS_COLOURS;
  return {
    seed: spec.seed,
    presentation,
    ageYears,
    skinTone,
    skin: skinColour(skinTone),
    hairStyle: spec.hair ?? drawnHair,
    hair: mix(linear(hairColour), linear(GREY_HAIR), greyness),
    beard: spec.beard ?? (feminine ? "none" : drawnBeard),
    hasGlasses: spec.glasses ?? drawnGlasses,
    iris: linear(irises[Math.floor(irisChoice * irises.length)]!),
    cloth: linear(pick(random, CLOTH_COLOURS)),
    garment: pick(random, ["crew", "v", "shirt", "crew"] as const),
    freckles: lerp(0, 0.4 + 0.6 * random(), random() < 0.3 && !isDark ? 1 : 0),
    lipColour: feminine ? 0.35 + 0.4 * random() : 0.1 + 0.12 * random(),
    blush: feminine ? 0.5 + 0.35 * random() : 0.32,
    makeup: feminine ? 0.3 + 0.5 * random() : 0,
    partX: (random() < 0.5 ? -1 : 1) * (0.1 + 0.22 * random()),
    browThickness: feminine ? 0.6 + 0.35 * random() : 0.95 + 0.45 * random(),
    recession: feminine ? 0.15 * random() : clamp(0.25 + 0.35 * random() + 0.5 * smoothStep(35, 70, ageYears)),
    shape: drawShape(random, feminine),
    waves: drawWaves(random),
    asymmetry: [0.005 * gaussian(random), 0.005 * gaussian(random), 0.005 * gaussian(random)],
  };
}
