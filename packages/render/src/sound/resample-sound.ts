/** Of the lower rate: all below the first is kept, nothing above the second is left. */
const passBand = 0.45;
const stopBand = 0.5;
/** Of what is above, in dB; what is kept ripples by less than 0.001 dB. */
const attenuationDb = 80;

/** Kaiser's formulas for the shape of the window and for the samples of the lower rate on each side of its middle. */
const kaiserBeta = 0.1102 * (attenuationDb - 8.7);
const halfWidth = (attenuationDb - 7.95) / (2 * 14.36 * (stopBand - passBand));

/** Rates with a large common factor need fewer places between two samples than this; of others the places between are blended. */
const maxPhases = 1024;

/**
 * Changes the rate of a sound of one channel with a windowed sinc: band-limited, and without delay.
 * J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", ISCAS 1974.
 * @param fromHz whole number, 8000 to 96000; so is `toHz`.
 * @returns a new array of as many samples as `samples` lasts, rounded up; outside of `samples` there is silence.
 */
export function resampleSound(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (fromHz === toHz) return Float32Array.from(samples);
  const common = greatestCommonDivisor(fromHz, toHz);
  // Steps of the output are `down / up` samples of the input.
  const [up, down] = [toHz / common, fromHz / common];
  const phases = up <= maxPhases ? up : maxPhases / 2;
  const { half, rows } = kernelRows(phases, Math.min(1, toHz / fromHz));
  const width = 2 * half;
  const made = new Float32Array(Math.ceil((samples.length * toHz) / fromHz));
  let [whole, part] = [0, 0];
  for (let i = 0; i < made.length; i++) {
    const place = (part * phases) / up;
    const phase = Math.floor(place);
    const blend = place - phase;
    const first = whole - half + 1;
    const from = Math.max(0, -first);
    const to = Math.min(width, samples.length - first);
    const row = phase * width;
    let sum = 0;
    for (let tap = from; tap < to; tap++) sum += rows[row + tap]! * samples[first + tap]!;
    if (blend > 0) {
      let next = 0;
      for (let tap = from; tap < to; tap++) next += rows[row + width + tap]! * samples[first + tap]!;
      sum += blend * (next - sum);
    }
    made[i] = sum;
    part += down;
    whole += Math.floor(part / up);
    part %= up;
  }
  return made;
}

/**
 * The kernel at `phases + 1` places from one input sample to the next, each row for the `2 half` samples around it and of sum 1.
 * @param scale the lower rate by the input's.
 */
function kernelRows(phases: number, scale: number): { half: number; rows: Float32Array } {
  const reach = halfWidth / scale;
  const half = Math.ceil(reach);
  const width = 2 * half;
  const rows = new Float32Array((phases + 1) * width);
  const row = new Float64Array(width);
  for (let phase = 0; phase <= phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < width; tap++) {
      const distance = tap - half + 1 - phase / phases;
      row[tap] = sinc((passBand + stopBand) * scale * distance) * kaiser(distance / reach);
      sum += row[tap]!;
    }
    for (let tap = 0; tap < width; tap++) rows[phase * width + tap] = row[tap]! / sum;
  }
  return { half, rows };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The window's height between -1 and 1, not normalised. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(kaiserBeta * Math.sqrt(1 - x * x));
}

/** Modified Bessel function of the first kind, of order 0, as a power series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
