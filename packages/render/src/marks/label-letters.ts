/**
 * Signed distance in pixels to a letter's edge, below 0 inside. x counts from the letter's left edge, y down from its
 * top.
 */
export type LetterShape = (x: number, y: number) => number;

/** A letter at its place in the line. */
export interface PlacedLetter {
  readonly leftPixels: number;
  readonly widthPixels: number;
  readonly shape: LetterShape;
}

/** The label's one line of capitals. */
export interface LetterLine {
  readonly widthPixels: number;
  readonly capPixels: number;
  readonly letters: readonly PlacedLetter[];
}

/**
 * Lays out "AI MODIFIED" in our own bold sans serif, so that no font has to be found. Letters, strokes and gaps are
 * whole pixels: every straight edge falls on a pixel edge and stays crisp at the smallest sizes.
 */
export function layOutLetters(capPixels: number): LetterLine {
  const letters: PlacedLetter[] = [];
  let right = 0;
  let bearing = 0;
  for (const character of "AI MODIFIED") {
    if (character === " ") {
      bearing += wordSpace;
      continue;
    }
    const { width, before, after, draw } = alphabet[character as keyof typeof alphabet];
    const pen = penOf(capPixels);
    const widthPixels = Math.max(pen.stem, Math.round(width * capPixels));
    const leftPixels = letters.length === 0 ? 0 : right + Math.max(1, Math.round((bearing + before) * capPixels));
    letters.push({ leftPixels, widthPixels, shape: clip(draw(widthPixels, pen), capPixels) });
    right = leftPixels + widthPixels;
    bearing = after;
  }
  return { widthPixels: right, capPixels, letters };
}

/** Stroke widths in whole pixels; level strokes are thinner than upright ones, which makes them look equal. */
interface Pen {
  readonly cap: number;
  readonly stem: number;
  readonly bar: number;
}

function penOf(cap: number): Pen {
  return { cap, stem: Math.max(1, Math.round(cap * 0.175)), bar: Math.max(1, Math.round(cap * 0.158)) };
}

/** White beside a letter in capital heights: the rounder or the more open its side, the less it needs. */
const besideStem = 0.135;
const besideRound = 0.09;
const besideArms = 0.08;
const besideSlope = 0.03;
const wordSpace = 0.28;

interface Letter {
  /** In capital heights, as are the gaps before and after. */
  readonly width: number;
  readonly before: number;
  readonly after: number;
  readonly draw: (widthPixels: number, pen: Pen) => LetterShape;
}

const alphabet = {
  A: { width: 0.88, before: besideSlope, after: besideSlope, draw: drawA },
  D: { width: 0.72, before: besideStem, after: besideRound, draw: drawD },
  E: { width: 0.58, before: besideStem, after: besideArms, draw: drawE },
  F: { width: 0.56, before: besideStem, after: besideArms, draw: drawF },
  I: { width: 0, before: besideStem, after: besideStem, draw: drawI },
  M: { width: 0.98, before: besideStem, after: besideStem, draw: drawM },
  O: { width: 0.8, before: besideRound, after: besideRound, draw: drawO },
} as const satisfies Record<string, Letter>;

function drawA(width: number, { cap, stem, bar }: Pen): LetterShape {
  const apex = stem * 0.56;
  const slope = (width / 2 - apex) / cap;
  const barTop = Math.round(cap * 0.62);
  return (x, y) => {
    // Both legs at once: the letter is the same on either side of its middle.
    const fromMiddle = Math.abs(x - width / 2);
    const outside = (fromMiddle - apex - slope * y) / Math.hypot(1, slope);
    const leg = Math.max(outside, -stem - outside);
    const crossbar = Math.max(outside, barTop - y, y - barTop - bar);
    return Math.min(leg, crossbar);
  };
}

function drawD(width: number, { cap, stem, bar }: Pen): LetterShape {
  const radius = cap * 0.47;
  const inner = Math.max(0, radius - (stem + bar) / 2);
  // Boxes with four round corners; the left two lie outside the letter.
  return (x, y) => {
    const outside = Math.max(-x, roundedBox(x + cap, y, width + cap, cap, radius));
    const counter = roundedBox(x + cap, y - bar, width + cap - stem, cap - 2 * bar, inner);
    return Math.max(outside, -Math.max(stem - x, counter));
  };
}

function drawE(width: number, pen: Pen): LetterShape {
  const shape = drawF(width, pen);
  return (x, y) => Math.min(shape(x, y), box(x, y, 0, pen.cap - pen.bar, width, pen.cap));
}

function drawF(width: number, { cap, stem, bar }: Pen): LetterShape {
  const middle = Math.round((cap - bar) * 0.49);
  const shorter = Math.round(width * 0.93);
  return (x, y) =>
    Math.min(box(x, y, 0, 0, stem, cap), box(x, y, 0, 0, width, bar), box(x, y, 0, middle, shorter, middle + bar));
}

function drawI(width: number, { cap }: Pen): LetterShape {
  return (x, y) => box(x, y, 0, 0, width, cap);
}

function drawM(width: number, { cap, stem }: Pen): LetterShape {
  // The upper edge of the right diagonal runs from `start` on top to `notch` in the middle; `tip` is its lower end.
  const start = width / 2 - stem * 1.16;
  const tip = cap * 0.86;
  const notch = tip - stem * 1.95;
  const length = Math.hypot(start, notch);
  const thickness = ((tip - notch) * start) / length;
  return (x, y) => {
    const fromMiddle = Math.abs(x - width / 2);
    const below = (fromMiddle * notch + y * start - start * notch) / length;
    const diagonal = Math.max(-below, below - thickness);
    return Math.min(diagonal, box(fromMiddle, y, width / 2 - stem, 0, width / 2, cap));
  };
}

function drawO(width: number, { cap, stem, bar }: Pen): LetterShape {
  const inner = width - 2 * stem;
  return (x, y) =>
    Math.max(
      roundedBox(x, y, width, cap, width / 2),
      -roundedBox(x - stem, y - bar, inner, cap - 2 * bar, Math.max(0, inner / 2)),
    );
}

/** Slanted strokes run past the line and are cut level with it. */
function clip(shape: LetterShape, cap: number): LetterShape {
  return (x, y) => Math.max(shape(x, y), -y, y - cap);
}

function box(x: number, y: number, left: number, top: number, right: number, bottom: number): number {
  return Math.max(left - x, x - right, top - y, y - bottom);
}

/** Signed distance to the edge of a box at 0,0 with round corners; below 0 inside. */
export function roundedBox(x: number, y: number, width: number, height: number, radius: number): number {
  const overX = Math.abs(x - width / 2) - width / 2 + radius;
  const overY = Math.abs(y - height / 2) - height / 2 + radius;
  return Math.hypot(Math.max(overX, 0), Math.max(overY, 0)) + Math.min(Math.max(overX, overY), 0) - radius;
}
