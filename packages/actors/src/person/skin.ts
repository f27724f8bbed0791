import type { Point } from "#face/delaunay.js";
import { BROWS, EYES, LIPS_RING, MOUTH_RING } from "#face/landmarks.js";
import { FACE_UV, FLATTEN_RADIUS } from "#face/topology.js";
import { noise3, planeNoise } from "#maths/noise.js";
import { createRandom, gaussian, type Random } from "#maths/random.js";
import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import { mix, scale, type Vec3 } from "#maths/vector.js";
import { linear } from "./colours.js";
import type { Person } from "./person.js";
import { maskAt, SkinCanvas, type SoftMask } from "./skin-canvas.js";

/** The painted skin of a person. */
export interface SkinMap {
  readonly size: number;
  /** Square roots of linear red, green, blue, and gloss times 128; 4 bytes per pixel. */
  readonly texels: Uint8ClampedArray;
  /** How much facial hair grows at a skin map position (0..1 each): 0 none .. 1 dense. */
  readonly beardAt: (u: number, v: number) => number;
}

/** What the painting steps share. */
interface Brush {
  readonly person: Person;
  readonly canvas: SkinCanvas;
  readonly random: Random;
  /** Noise offset of this person. */
  readonly offset: number;
  /** Distance of the outer eye corners in pixels. */
  readonly eyeDistance: number;
  /** Pixel position of a landmark. */
  readonly at: (landmark: number) => Point;
}

function paintBase({ person, canvas, offset }: Brush): void {
  const { size, pixels } = canvas;
  const [r, g, b] = person.skin;
  const unit = (2 * FLATTEN_RADIUS) / size;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const o = (y * size + x) * 4;
      const u = x * unit;
      const v = y * unit;
      const big = planeNoise(u * 2.2 + offset, v * 2.2) - 0.5;
      const middle = planeNoise(u * 9 + 11, v * 9 + offset) - 0.5;
      const fine =
        0.5 * (planeNoise(u * 48 + offset, v * 48) - 0.5) + 0.25 * (planeNoise(u * 97 + 31, v * 97 + offset) - 0.5);
      const pore = planeNoise(u * 80 + v * 61, v * 83 - u * 57 + offset) - 0.5;
      const shade = 1 + 0.09 * big + 0.05 * middle + 0.09 * fine + 0.03 * pore;
      const red = 0.09 * big + 0.08 * middle;
      pixels[o] = r * shade * (1 + red * 0.35);
      pixels[o + 1] = g * shade * (1 - red * 0.5);
      pixels[o + 2] = b * shade * (1 - red * 0.45);
      pixels[o + 3] = 0.5 + 0.4 * fine + 0.25 * pore;
    }
}

/** Blood near the surface: cheeks, nose, chin; paler forehead; darker sockets. */
function paintComplexion({ person, canvas, eyeDistance: d, at }: Brush): void {
  const flush: Vec3 = [1.05, 0.84, 0.84];
  const cheek = 0.5 * person.blush * (1 - 0.5 * clamp((person.skinTone * 7 - 2) / 5));
  for (const i of [50, 280]) canvas.tint(at(i), d * 0.3, d * 0.22, [1.06, 0.8, 0.8], cheek);
  canvas.tint(at(4), d * 0.15, d * 0.13, flush, 0.5);
  for (const i of [48, 278]) canvas.tint(at(i), d * 0.09, d * 0.08, [0.97, 0.78, 0.76], 0.6);
  canvas.tint(at(199), d * 0.2, d * 0.12, flush, 0.3);
  for (const i of [9, 151]) canvas.tint(at(i), d * 0.5, d * 0.25, [1.02, 1.0, 0.94], 0.5);
  EYES.forEach((eye, k) => {
    const outward = k ? 1 : -1;
    const corners = [...eye.upper, ...eye.lower].map(at);
    const x = corners.reduce((sum, p) => sum + p[0], 0) / corners.length;
    const y = corners.reduce((sum, p) => sum + p[1], 0) / corners.length;
    canvas.tint([x, y - d * 0.02], d * 0.22, d * 0.13, [0.9, 0.78, 0.78], 0.6);
    canvas.tint([x - outward * d * 0.05, y + d * 0.1], d * 0.16, d * 0.06, [0.88, 0.8, 0.84], 0.35);
    if (person.makeup)
      canvas.tint([x + outward * d * 0.03, y - d * 0.07], d * 0.2, d * 0.06, [0.62, 0.5, 0.5], 0.55 * person.makeup);
  });
}

/** Lines of age: nose to mouth, forehead, crow's feet, under the eyes. */
function paintAge({ person, canvas, eyeDistance: d, at }: Brush): void {
  const age = smoothStep(30, 70, person.ageYears);
  const line: Vec3 = [0.62, 0.5, 0.48];
  const fold = 0.16 + 0.5 * age;
  canvas.softLine([129, 203, 206, 216].map(at), d * 0.018, line, fold);
  canvas.softLine([358, 423, 426, 436].map(at), d * 0.018, line, fold);
  if (age < 0.05) return;
  canvas.softLine([31, 228, 229, 230, 231, 232].map(at), d * 0.014, line, 0.55 * age);
  canvas.softLine([261, 448, 449, 450, 451, 452].map(at), d * 0.014, line, 0.55 * age);
  canvas.softLine([104, 69, 108, 151, 337, 299, 333].map(at), d * 0.012, line, 0.5 * age);
  canvas.softLine(
    [68, 104, 69, 108, 151, 337, 299, 333, 298].map(at).map(([x, y]): Point => [x, y - d * 0.085]),
    d * 0.012,
    line,
    0.42 * age,
  );
  for (const [corner, outward] of [
    [33, -1],
    [263, 1],
  ] as const)
    for (let k = -1; k <= 1; k++) {
      const [x, y] = at(corner);
      const start: Point = [x + outward * d * 0.05, y + k * d * 0.025];
      canvas.softLine([start, [x + outward * d * 0.16, y + k * d * 0.07 - d * 0.005]], d * 0.008, line, 0.7 * age);
    }
}

function paintSpots({ person, canvas, random, eyeDistance: d, at }: Brush): void {
  const freckleCenters = [50, 280, 4, 195, 123, 352];
  for (let i = 0; i < 420 * person.freckles; i++) {
    const [x, y] = at(freckleCenters[i % 6]!);
    const r = d * (0.004 + 0.006 * random());
    const center: Point = [x + gaussian(random) * d * 0.2, y + gaussian(random) * d * 0.12];
    canvas.tint(center, r, r * (0.7 + 0.5 * random()), [0.74, 0.6, 0.52], 0.35 + 0.35 * random());
  }
  const moleCenters = [101, 330, 205, 425, 200, 108, 337];
  for (let i = 0; i < 4; i++) {
    const [x, y] = at(moleCenters[Math.floor(random() * 7)]!);
    const r = d * (0.005 + 0.005 * random());
    const center: Point = [x + gaussian(random) * d * 0.1, y + gaussian(random) * d * 0.1];
    if (random() < 0.5) canvas.tint(center, r, r, [0.5, 0.38, 0.34], 0.75);
  }
}

const BEARD_OUTLINE = [
  234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 425, 426, 391,
  393, 164, 167, 165, 206, 205,
];
const MOUSTACHE_OUTLINE = [
  57, 186, 92, 165, 167, 164, 393, 391, 322, 410, 287, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185, 61,
];

/** Density of facial hair over the skin map in pixels, or null for a shaven face. */
function beardDensity(brush: Brush): ((x: number, y: number) => number) | null {
  const { person, canvas, eyeDistance: d, at, offset } = brush;
  if (person.beard === "none") return null;
  const [centerX, mouthY] = at(14);
  const lipsOut = LIPS_RING.map(at).map(([x, y]): Point => [
    centerX + (x - centerX) * 1.03,
    mouthY + (y - mouthY) * 1.1,
  ]);
  const lips = canvas.mask(lipsOut, Math.max(1, d * 0.01));
  const full = canvas.mask(BEARD_OUTLINE.map(at), d * 0.035);
  const moustache: SoftMask = canvas.mask(MOUSTACHE_OUTLINE.map(at), d * 0.022);
  const style = person.beard;
  return (x, y) => {
    const free = 1 - maskAt(lips, x, y);
    const upper = maskAt(moustache, x, y);
    if (style === "moustache") return upper * free;
    let lower = maskAt(full, x, y);
    if (style === "goatee")
      lower *= smoothStep(0.36, 0.27, Math.abs(x - centerX) / d) * smoothStep(-0.16, 0.04, (y - mouthY) / d);
    const patchy = 0.8 + 0.4 * planeNoise((x / d) * 5 + offset, (y / d) * 5);
    return clamp(Math.max(lower * patchy, upper * (style === "stubble" ? 0.8 : 1))) * free;
  };
}

function paintBeard(brush: Brush, density: (x: number, y: number) => number): void {
  const { person, canvas, eyeDistance: d, offset } = brush;
  const { size, pixels } = canvas;
  const colour = scale(person.hair, 0.75);
  const strength = person.beard === "stubble" ? 0.42 : 0.62;
  for (let y = Math.floor(size * 0.4); y < size; y++)
    for (let x = 0; x < size; x++) {
      const grown = density(x, y);
      if (grown < 0.02) continue;
      const o = (y * size + x) * 4;
      const dot = smoothStep(0.4, 0.7, planeNoise((x / d) * 70 + offset, (y / d) * 56));
      const share = grown * strength * (0.55 + 0.45 * dot);
      for (let c = 0; c < 3; c++) pixels[o + c] = lerp(pixels[o + c]!, colour[c]! + pixels[o + c]! * 0.2, share);
      pixels[o + 3] = pixels[o + 3]! * (1 - 0.5 * share);
    }
}

function paintLips({ person, canvas, eyeDistance: d, at, offset }: Brush): void {
  const { pixels } = canvas;
  const feminine = person.presentation === "feminine";
  const hue: Vec3 = feminine ? [1.0, 0.5, 0.52] : [0.94, 0.66, 0.65];
  const depth = lerp(0.84, 0.76, person.lipColour);
  const strength = 0.6 + 0.4 * person.lipColour;
  const fineBlur = Math.max(1, d * 0.008);
  canvas.paintMask(canvas.mask(LIPS_RING.map(at), fineBlur), (o, x, y, share) => {
    const line = planeNoise((x / d) * 46 + offset, (y / d) * 5) - 0.5;
    for (let c = 0; c < 3; c++)
      pixels[o + c] = lerp(pixels[o + c]!, person.skin[c]! * hue[c]! * depth * (1 + 0.2 * line), share * strength);
    pixels[o + 3] = lerp(pixels[o + 3]!, 1.1 + 0.4 * line, share);
  });
  canvas.paintMask(canvas.mask(MOUTH_RING.map(at), d * 0.014), (o, _x, _y, share) => {
    for (let c = 0; c < 3; c++) pixels[o + c] = pixels[o + c]! * (1 - 0.55 * share);
  });
  const [x, y] = at(17);
  canvas.tint([x, y + d * 0.035], d * 0.14, d * 0.025, [0.8, 0.74, 0.74], 0.5);
  for (const i of [61, 291]) canvas.tint(at(i), d * 0.035, d * 0.02, [0.6, 0.5, 0.5], 0.35);
}

function paintNostrils({ canvas, eyeDistance: d, at }: Brush): void {
  for (const nostril of [
    [60, 79, 166],
    [290, 309, 392],
  ]) {
    const points = nostril.map(at);
    const x = (points[0]![0] + points[1]![0] + points[2]![0]) / 3;
    const y = (points[0]![1] + points[1]![1] + points[2]![1]) / 3;
    canvas.tint([x, y], d * 0.038, d * 0.02, [0.14, 0.07, 0.07], 0.95);
  }
}

function paintLids({ person, canvas, eyeDistance: d, at }: Brush): void {
  const px = d / 426; // brush sizes below were chosen on a map with 426 pixels between the eye corners
  const lash = linear([36, 24, 22]);
  const [r, g, b] = person.skin;
  for (const eye of EYES)
    for (let i = 0; i < 8; i++) {
      const width = (3.2 + 1.4 * person.makeup) * px;
      canvas.stroke(at(eye.upper[i]!), at(eye.upper[i + 1]!), width, width, lash, 0.32 + 0.2 * person.makeup);
      const rim: Vec3 = [r * 0.66, g * 0.42, b * 0.42];
      canvas.stroke(at(eye.lower[i]!), at(eye.lower[i + 1]!), 2.6 * px, 2.6 * px, rim, 0.25);
      const fold: Vec3 = [r * 0.5, g * 0.36, b * 0.34];
      if (i > 0) canvas.stroke(at(eye.crease[i]!), at(eye.crease[i + 1]!), 2.4 * px, 2.4 * px, fold, 0.14);
    }
}

/** Single brow hairs over a soft tint. */
function paintBrows({ person, canvas, random, eyeDistance: d, at }: Brush): void {
  const px = d / 426;
  const colour = mix(scale(person.hair, 0.72), linear([40, 30, 26]), 0.3);
  const { pixels } = canvas;
  BROWS.forEach((brow, k) => {
    const outward = k ? 1 : -1;
    const upper = brow.upper.map(at);
    const lower = brow.lower.map(at);
    const soft = canvas.mask([...upper, ...lower.toReversed()], 7 * px);
    canvas.paintMask(soft, (o, _x, _y, share) => {
      for (let c = 0; c < 3; c++)
        pixels[o + c] = lerp(pixels[o + c]!, colour[c]!, clamp(share * 0.42 * person.browThickness, 0, 0.8));
    });
    const along = (edge: readonly Point[], t: number): Point => {
      const i = Math.min(3, Math.floor(t * 4));
      const f = t * 4 - i;
      return [lerp(edge[i]![0], edge[i + 1]![0], f), lerp(edge[i]![1], edge[i + 1]![1], f)];
    };
    for (let h = 0; h < 260; h++) {
      const t = random();
      const across = random();
      const u = along(upper, t);
      const l = along(lower, t);
      const x = lerp(l[0], u[0], across);
      const y = lerp(l[1], u[1], across);
      const dx = outward * lerp(1, 0.45, smoothStep(0.55, 1, t));
      const dy = lerp(-0.25, -0.8, smoothStep(0.6, 1, t)) + (across > 0.6 ? 0.5 : -0.1);
      const length = (d * (0.042 + 0.022 * random()) * (0.55 + 0.45 * smoothStep(0, 0.3, t))) / Math.hypot(dx, dy);
      const shade = scale(colour, 0.7 + 0.5 * random());
      const opacity = clamp(0.5 * person.browThickness) * (0.4 + 0.6 * random());
      canvas.stroke([x, y], [x + dx * length, y + dy * length], 1.3 * px, 0.35 * px, shade, opacity);
    }
  });
}

/** Paints the skin of a person into a square map of `size` pixels. */
export function paintSkin(person: Person, size: number): SkinMap {
  const canvas = new SkinCanvas(size);
  const at = (i: number): Point => [FACE_UV[2 * i]! * size, FACE_UV[2 * i + 1]! * size];
  const brush: Brush = {
    person,
    canvas,
    random: createRandom(person.seed * 17 + 3),
    offset: noise3(person.seed * 1.37, 0.5, 0.5) * 60,
    eyeDistance: at(263)[0] - at(33)[0],
    at,
  };
  paintBase(brush);
  paintComplexion(brush);
  paintAge(brush);
  paintSpots(brush);
  const density = beardDensity(brush);
  if (density) paintBeard(brush, density);
  paintLips(brush);
  paintNostrils(brush);
  paintLids(brush);
  paintBrows(brush);
  return { size, texels: canvas.encode(), beardAt: (u, v) => (density ? density(u * size, v * size) : 0) };
}
