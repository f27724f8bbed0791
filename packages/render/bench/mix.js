// What each step of mixing speech costs: milliseconds of one core for a second of sound, beside a plain copy of it.
// Run after `npm run build`: node packages/render/bench/mix.js
import { limitPeaks } from "../dist/sound/limit-peaks.js";
import { loudnessOf } from "../dist/sound/loudness.js";
import { resampleSound } from "../dist/sound/resample-sound.js";
import { truePeakOf } from "../dist/sound/true-peak.js";

const seconds = 30;
const rounds = 7;

/** Bursts of noise under a tone, of that highest magnitude: about as uneven as speech. */
function sound(sampleRateHz, channelCount, peak) {
  let state = 1;
  return Float32Array.from({ length: seconds * sampleRateHz * channelCount }, (_, i) => {
    state = (state * 48_271) % 2_147_483_647;
    const at = Math.floor(i / channelCount) / sampleRateHz;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.5 * at));
    return peak * syllable * (0.7 * Math.sin(2 * Math.PI * 180 * at) + 0.3 * (state / 2 ** 30 - 1));
  });
}

const stereo = { channelCount: 2, sampleRateHz: 48_000 };
const film = sound(48_000, 2, 0.8);
const loud = sound(48_000, 2, 1.5);
const speech = sound(24_000, 1, 0.8);
const odd = sound(22_051, 1, 0.8);

const steps = [
  ["copy, 48 kHz, two channels", () => Float32Array.from(film)],
  ["resample, 24 to 48 kHz", () => resampleSound(speech, 24_000, 48_000)],
  ["resample, 24 to 44.1 kHz", () => resampleSound(speech, 24_000, 44_100)],
  ["resample, 22.051 to 48 kHz", () => resampleSound(odd, 22_051, 48_000)],
  ["loudness, two channels", () => loudnessOf(film, stereo)],
  ["true peak, two channels", () => truePeakOf(film, 2)],
  ["limit, two channels, none over", () => limitPeaks(Float32Array.from(film), { ...stereo, ceiling: 0.9 })],
  ["limit, two channels, 5 dB over", () => limitPeaks(Float32Array.from(loud), { ...stereo, ceiling: 0.9 })],
];

for (const [name, run] of steps) {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / seconds;
  });
  // The best of them: the machine may have other work.
  console.log(`${name.padEnd(32)} ${Math.min(...times).toFixed(3)} ms a second of sound`);
}
