/** Loudness is measured over 400 ms, again every 100 ms. */
const stepsPerSecond = 10;
const stepsPerBlock = 4;
/** Blocks quieter than this do not count, nor those that are this much quieter than the others together. */
const absoluteGateLufs = -70;
const relativeGateLu = -10;
/** What a filter holds on to of silence; smaller numbers only cost time. */
const nothing = 1e-30;

/**
 * Integrated loudness by Recommendation ITU-R BS.1770-4, in LUFS; one channel counts as one, not as two.
 * Of a sound shorter than 400 ms all is one block.
 * @param interleaved of full scale 1.
 * @returns `-Infinity` for silence, and for what the gate of -70 LUFS leaves nothing of.
 */
export function loudnessOf(
  interleaved: Float32Array,
  { channelCount, sampleRateHz }: { channelCount: 1 | 2; sampleRateHz: number },
): number {
  const length = interleaved.length / channelCount;
  const steps = Math.floor((length * stepsPerSecond) / sampleRateHz);
  const ends =
    steps < stepsPerBlock
      ? [length]
      : Array.from({ length: steps }, (_, step) => Math.round(((step + 1) * sampleRateHz) / stepsPerSecond));
  const energies = new Float64Array(ends.length);
  const filters = kWeighting(sampleRateHz);
  for (let channel = 0; channel < channelCount; channel++)
    addEnergies(interleaved, { channel, channelCount, filters, ends }, energies);

  const inBlock = Math.min(stepsPerBlock, ends.length);
  const powers = new Float64Array(ends.length - inBlock + 1);
  for (let block = 0; block < powers.length; block++) {
    const last = block + inBlock - 1;
    let energy = 0;
    for (let step = block; step <= last; step++) energy += energies[step]!;
    powers[block] = energy / (ends[last]! - (ends[block - 1] ?? 0));
  }
  const loud = powers.filter((power) => lufsOf(power) > absoluteGateLufs);
  const gate = lufsOf(mean(loud)) + relativeGateLu;
  return lufsOf(mean(loud.filter((power) => lufsOf(power) > gate)));
}

function lufsOf(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

function mean(powers: Float64Array): number {
  return powers.length === 0 ? 0 : powers.reduce((sum, power) => sum + power, 0) / powers.length;
}

/** A filter of second order; `a0` is 1. */
interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/**
 * K-weighting: a shelf for the head, then a high-pass. The standard has coefficients for 48 kHz; these are the analogue filters
 * behind them, with the figures of B. De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES 145 (2018).
 */
function kWeighting(sampleRateHz: number): readonly [shelf: Biquad, highPass: Biquad] {
  const [shelfK, shelfQ] = [Math.tan((Math.PI * 1681.974450955533) / sampleRateHz), 0.7071752369554196];
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const shelf = 1 + shelfK / shelfQ + shelfK ** 2;
  const [passK, passQ] = [Math.tan((Math.PI * 38.13547087602444) / sampleRateHz), 0.5003270373238773];
  const pass = 1 + passK / passQ + passK ** 2;
  return [
    {
      b0: (high + (band * shelfK) / shelfQ + shelfK ** 2) / shelf,
      b1: (2 * (shelfK ** 2 - high)) / shelf,
      b2: (high - (band * shelfK) / shelfQ + shelfK ** 2) / shelf,
      a1: (2 * (shelfK ** 2 - 1)) / shelf,
      a2: (1 - shelfK / shelfQ + shelfK ** 2) / shelf,
    },
    { b0: 1, b1: -2, b2: 1, a1: (2 * (passK ** 2 - 1)) / pass, a2: (1 - passK / passQ + passK ** 2) / pass },
  ];
}

/** Adds the energy of each step of one channel, weighted. */
function addEnergies(
  interleaved: Float32Array,
  order: {
    readonly channel: number;
    readonly channelCount: number;
    readonly filters: readonly [Biquad, Biquad];
    readonly ends: readonly number[];
  },
  energies: Float64Array,
): void {
  const { channel, channelCount, ends } = order;
  const [shelf, pass] = order.filters;
  // Transposed direct form II.
  let [s1, s2, p1, p2] = [0, 0, 0, 0];
  let at = channel;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step]! * channelCount;
    let energy = 0;
    for (; at < end; at += channelCount) {
      const x = interleaved[at]!;
      const y = shelf.b0 * x + s1;
      s1 = shelf.b1 * x - shelf.a1 * y + s2;
      s2 = shelf.b2 * x - shelf.a2 * y;
      const z = y + p1;
      p1 = p2 - 2 * y - pass.a1 * z;
      p2 = y - pass.a2 * z;
      energy += z * z;
    }
    energies[step]! += energy;
    if (Math.abs(s1) + Math.abs(s2) + Math.abs(p1) + Math.abs(p2) < nothing) [s1, s2, p1, p2] = [0, 0, 0, 0];
  }
}
