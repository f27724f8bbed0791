import { createPowerSpectrum } from "./fourier.js";

/** Rate at which speech is compared. */
export const alignRateHz = 16_000;

/** Cepstral coefficients a frame. */
export const coefficientCount = 13;

/** Numbers a frame: the coefficients and how fast each changes. */
export const featureCount = 2 * coefficientCount;

/** Speech, measured at regular moments. */
export interface SoundFrames {
  readonly count: number;
  readonly secondsPerFrame: number;
  /** `featureCount` numbers a frame: mean 0 and deviation 1 over the speech, then weighted. */
  readonly features: Float32Array;
  /** Level of each frame, dB of full scale. */
  readonly levels: Float32Array;
  /** Level above which a frame is speech. */
  readonly speechLevel: number;
}

/** How loud speech is at regular moments. */
export type SoundLevels = Pick<SoundFrames, "levels" | "speechLevel">;

/** 25 ms, as in every recogniser: two periods of a deep voice. */
const windowSamples = 400;
const spectrumSize = 512;
const bandCount = 26;
/** Below lie hum and rumble, above is nothing in telephone-like and much coded sound. */
const [lowestHertz, highestHertz] = [80, 7000];
/** Raises what a voice loses towards high frequencies. */
const preEmphasis = 0.97;
/** Frames to each side over which change is measured, seconds. */
const changeSeconds = 0.02;

/**
 * Mel-frequency cepstra (Davis and Mermelstein 1980) and their changes. Frame `i` is centred on `i * secondsPerFrame`.
 * @param samples mono sound at `alignRateHz`.
 */
export function measureFrames(samples: Float32Array, hopSamples: number): SoundFrames {
  const { levels, speechLevel } = measureLevels(samples, hopSamples);
  const count = levels.length;
  const cepstra = new Float32Array(count * coefficientCount);
  const spectrum = createPowerSpectrum(spectrumSize);
  const power = new Float64Array(spectrumSize / 2 + 1);
  const logPowers = new Float64Array(bandCount);
  for (let frame = 0; frame < count; frame++) {
    fillWindow(samples, frame * hopSamples - windowSamples / 2, spectrum.input);
    spectrum.measure(power);
    for (let band = 0; band < bandCount; band++) logPowers[band] = Math.log(bandPower(power, band) + 1e-7);
    for (let row = 0; row < coefficientCount; row++) {
      let sum = 0;
      for (let band = 0; band < bandCount; band++) sum += cosineRows[row * bandCount + band]! * logPowers[band]!;
      cepstra[frame * coefficientCount + row] = sum;
    }
  }
  const changeFrames = Math.max(1, Math.round((changeSeconds * alignRateHz) / hopSamples));
  const features = withChanges(cepstra, count, changeFrames);
  normalise(features, levels, speechLevel);
  return { count, secondsPerFrame: hopSamples / alignRateHz, features, levels, speechLevel };
}

/** The levels of `measureFrames` alone, which take a hundredth of its time. */
export function measureLevels(samples: Float32Array, hopSamples: number): SoundLevels {
  const levels = new Float32Array(Math.max(1, Math.ceil(samples.length / hopSamples)));
  for (let frame = 0; frame < levels.length; frame++) {
    const start = frame * hopSamples - windowSamples / 2;
    const end = Math.min(samples.length, start + windowSamples);
    let power = 0;
    for (let at = Math.max(0, start); at < end; at++) power += samples[at]! * samples[at]!;
    levels[frame] = 10 * Math.log10(power / windowSamples + 1e-9);
  }
  return { levels, speechLevel: findSpeechLevel(levels) };
}

/** Frames `joined` times as long: the means of those inside. */
export function joinFrames(frames: SoundFrames, joined: number): SoundFrames {
  const count = Math.ceil(frames.count / joined);
  const features = new Float32Array(count * featureCount);
  const levels = new Float32Array(count);
  for (let frame = 0; frame < frames.count; frame++) {
    const into = Math.floor(frame / joined);
    const share = 1 / Math.min(joined, frames.count - into * joined);
    levels[into]! += frames.levels[frame]! * share;
    for (let i = 0; i < featureCount; i++) {
      features[into * featureCount + i]! += frames.features[frame * featureCount + i]! * share;
    }
  }
  return { ...frames, count, secondsPerFrame: frames.secondsPerFrame * joined, features, levels };
}

/** The same sound backwards: frames in reverse, and what rose falls. */
export function playBackwards(frames: SoundFrames): SoundFrames {
  const features = new Float32Array(frames.features.length);
  for (let frame = 0; frame < frames.count; frame++) {
    const from = (frames.count - 1 - frame) * featureCount;
    for (let i = 0; i < featureCount; i++) {
      const value = frames.features[from + i]!;
      features[frame * featureCount + i] = i < coefficientCount ? value : -value;
    }
  }
  return { ...frames, features, levels: frames.levels.toReversed() };
}

const hamming = Float64Array.from(
  { length: windowSamples },
  (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (windowSamples - 1)),
);

/** Writes the windowed sound, zeros outside it. */
function fillWindow(samples: Float32Array, start: number, into: Float64Array): void {
  const first = Math.max(0, -start);
  const end = Math.min(windowSamples, samples.length - start);
  into.fill(0);
  let before = start + first > 0 ? samples[start + first - 1]! : 0;
  for (let i = first; i < end; i++) {
    const value = samples[start + i]!;
    into[i] = (value - preEmphasis * before) * hamming[i]!;
    before = value;
  }
}

/** Triangles, each from the peak of the one before to the peak of the one after. */
const bands = Array.from({ length: bandCount }, (_, band) => {
  const [start, peak, end] = [bandEdge(band), bandEdge(band + 1), bandEdge(band + 2)];
  const firstBin = Math.ceil(start);
  const weights = Float64Array.from({ length: Math.floor(end) - firstBin + 1 }, (_, i) => {
    const bin = firstBin + i;
    return bin < peak ? (bin - start) / (peak - start) : (end - bin) / (end - peak);
  });
  return { firstBin, weights };
});

/** In bins, as far apart as the ear hears them. */
function bandEdge(edge: number): number {
  const mel = toMel(lowestHertz) + ((toMel(highestHertz) - toMel(lowestHertz)) * edge) / (bandCount + 1);
  return (toHertz(mel) * spectrumSize) / alignRateHz;
}

function bandPower(power: Float64Array, band: number): number {
  const { firstBin, weights } = bands[band]!;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += power[firstBin + i]! * weights[i]!;
  return sum;
}

const cosineRows = Float64Array.from({ length: coefficientCount * bandCount }, (_, i) => {
  const row = Math.floor(i / bandCount);
  return Math.cos((Math.PI * row * ((i % bandCount) + 0.5)) / bandCount) * Math.sqrt(2 / bandCount);
});

/** Quieter than the loud by 20 to 38 dB, and louder than the quiet by 12 dB where that lies between. */
function findSpeechLevel(levels: Float32Array): number {
  const sorted = levels.toSorted();
  const loud = sorted[Math.floor(sorted.length * 0.95)]!;
  const quiet = sorted[Math.floor(sorted.length * 0.05)]!;
  return Math.max(loud - 38, Math.min(quiet + 12, loud - 20));
}

/** Appends to each frame the slope of a line through the frames around it. */
function withChanges(cepstra: Float32Array, count: number, reach: number): Float32Array {
  const features = new Float32Array(count * featureCount);
  let squares = 0;
  for (let k = 1; k <= reach; k++) squares += 2 * k * k;
  for (let frame = 0; frame < count; frame++) {
    for (let row = 0; row < coefficientCount; row++) {
      let slope = 0;
      for (let k = 1; k <= reach; k++) {
        const after = Math.min(count - 1, frame + k) * coefficientCount + row;
        const before = Math.max(0, frame - k) * coefficientCount + row;
        slope += k * (cepstra[after]! - cepstra[before]!);
      }
      features[frame * featureCount + row] = cepstra[frame * coefficientCount + row]!;
      features[frame * featureCount + coefficientCount + row] = slope / squares;
    }
  }
  return features;
}

/** Loudness depends on the recording, so its change counts for more than itself. */
function weightOf(feature: number): number {
  if (feature === 0 || feature === coefficientCount) return 1;
  return feature < coefficientCount ? 1 : 0.7;
}

/** Takes away what differs between two voices and two microphones: mean and spread of each number over the speech. */
function normalise(features: Float32Array, levels: Float32Array, speechLevel: number): void {
  for (let feature = 0; feature < featureCount; feature++) {
    let [count, sum, squares] = [0, 0, 0];
    for (let frame = 0; frame < levels.length; frame++) {
      if (levels[frame]! <= speechLevel) continue;
      const value = features[frame * featureCount + feature]!;
      count++;
      sum += value;
      squares += value * value;
    }
    const mean = count === 0 ? 0 : sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean)) + 1e-6;
    for (let frame = 0; frame < levels.length; frame++) {
      const at = frame * featureCount + feature;
      features[at] = ((features[at]! - mean) / deviation) * weightOf(feature);
    }
  }
}

function toMel(hertz: number): number {
  return 1127 * Math.log(1 + hertz / 700);
}

function toHertz(mel: number): number {
  return 700 * (Math.exp(mel / 1127) - 1);
}
