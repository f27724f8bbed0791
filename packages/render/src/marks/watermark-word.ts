import { codeBitCount, idOfCodeWord } from "./watermark-code.js";

/** Weakest bits that may be read the other way, and how many ways of that are tried. */
const doubtfulBits = 10;
const maxCandidates = 128;

/**
 * How well bits keep step, whatever their signs and the phase of the carrier: 1 when all swing in one line, about 0.18
 * for noise. @param swings two values a bit, see `Block`.
 */
export function coherenceOf(swings: ArrayLike<number>): number {
  const { along, across, power } = doubledSum(swings);
  return power === 0 ? 0 : Math.hypot(along, across) / power;
}

/** The id whose check bits fit, or `undefined`. Reads both ways round, and with the likeliest mistakes undone. */
export function readWord(swings: ArrayLike<number>): string | undefined {
  const soft = straighten(swings);
  const signs = Int8Array.from(soft, (value) => (value < 0 ? -1 : 1));
  for (const flips of likelyMistakes(soft)) {
    for (const bit of flips) signs[bit]! *= -1;
    const id = idOfCodeWord(signs) ?? idOfCodeWord(signs.map((sign) => -sign));
    if (id !== undefined) return id;
    for (const bit of flips) signs[bit]! *= -1;
  }
  return undefined;
}

/** How far swings follow a known word, in any phase: 0-1, about 0.13 for noise. */
export function agreement(swings: ArrayLike<number>, word: Int8Array): number {
  const { power } = doubledSum(swings);
  return power === 0 ? 0 : strengthOf(swings, word) / Math.sqrt(codeBitCount * power);
}

/** Sum of the swings that follow a known word, in any phase; of the unit of `Block`. */
export function strengthOf(swings: ArrayLike<number>, word: Int8Array): number {
  let inStep = 0;
  let ahead = 0;
  for (let bit = 0; bit < codeBitCount; bit++) {
    inStep += word[bit]! * swings[2 * bit]!;
    ahead += word[bit]! * swings[2 * bit + 1]!;
  }
  return Math.hypot(inStep, ahead);
}

/** Both together, the second turned so that the two agree best: a cut between them may have moved the carrier. */
export function alignTo(first: Float64Array, second: Float64Array): Float64Array {
  let cosine = 0;
  let sine = 0;
  for (let at = 0; at < first.length; at += 2) {
    cosine += first[at]! * second[at]! + first[at + 1]! * second[at + 1]!;
    sine += first[at + 1]! * second[at]! - first[at]! * second[at + 1]!;
  }
  const length = Math.hypot(cosine, sine) || 1;
  cosine /= length;
  sine /= length;
  const sum = Float64Array.from(first);
  for (let at = 0; at < first.length; at += 2) {
    sum[at]! += cosine * second[at]! - sine * second[at + 1]!;
    sum[at + 1]! += sine * second[at]! + cosine * second[at + 1]!;
  }
  return sum;
}

/** One signed value a bit: the part along the line on which all bits swing. All signs may be the wrong way round. */
export function straighten(swings: ArrayLike<number>): Float64Array {
  const { along, across } = doubledSum(swings);
  const angle = Math.atan2(across, along) / 2;
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  return Float64Array.from(
    { length: codeBitCount },
    (_, bit) => swings[2 * bit]! * cosine + swings[2 * bit + 1]! * sine,
  );
}

/** Sum of the squares of the swings as complex numbers: squaring makes a bit and its opposite the same. */
function doubledSum(swings: ArrayLike<number>): { along: number; across: number; power: number } {
  let along = 0;
  let across = 0;
  let power = 0;
  for (let at = 0; at < 2 * codeBitCount; at += 2) {
    const x = swings[at]!;
    const y = swings[at + 1]!;
    along += x * x - y * y;
    across += 2 * x * y;
    power += x * x + y * y;
  }
  return { along, across, power };
}

/** Sets of bits to read the other way, the likeliest first: none, then by how much they contradict what was seen. */
function likelyMistakes(soft: Float64Array): readonly (readonly number[])[] {
  const weakest = Array.from(soft.keys())
    .sort((a, b) => Math.abs(soft[a]!) - Math.abs(soft[b]!))
    .slice(0, doubtfulBits);
  const sets = Array.from({ length: 2 ** doubtfulBits }, (_, set) => {
    const bits = weakest.filter((_, place) => (set >> place) & 1);
    return { bits, cost: bits.reduce((sum, bit) => sum + Math.abs(soft[bit]!), 0) };
  });
  return sets
    .sort((a, b) => a.cost - b.cost)
    .slice(0, maxCandidates)
    .map(({ bits }) => bits);
}
