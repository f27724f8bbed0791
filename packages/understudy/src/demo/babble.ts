import type { ActorState } from "@understudy/actors";

/** Mono sound of a talking timeline. */
export interface BabbleSpec {
  readonly sampleRateHz: number;
  readonly durationSeconds: number;
  /** The same timeline that the picture is drawn from, so that sound and mouth agree. */
  readonly stateAt: (seconds: number) => Pick<ActorState, "jaw" | "wide" | "round">;
  /** Voice pitch at rest. */
  readonly pitchHz: number;
}

/** The mouth is read this often. */
const controlHz = 200;

/** Two resonances of a vowel, from the shape of the mouth: an open jaw lifts the first, spread lips the second. */
const resonances = [
  { hz: (jaw: number) => 300 + 500 * jaw, widthHz: 90, gain: 1 },
  { hz: (_jaw: number, wide: number, round: number) => 1250 + 900 * wide - 500 * round, widthHz: 130, gain: 0.5 },
];

/**
 * A soft wordless voice: a buzz at the pitch of a person, shaped by two resonances that follow the mouth, silent while it
 * is closed. Deterministic; samples lie within -0.5 and 0.5.
 */
export function babble({ sampleRateHz, durationSeconds, stateAt, pitchHz }: BabbleSpec): Float32Array {
  const samples = new Float32Array(Math.round(sampleRateHz * durationSeconds));
  const filters = resonances.map(() => ({ a1: 0, a2: 0, b0: 0, y1: 0, y2: 0 }));
  const samplesPerControl = Math.round(sampleRateHz / controlHz);
  let phase = 0;
  let loudness = 0;
  let wanted = 0;
  for (let n = 0; n < samples.length; n++) {
    const seconds = n / sampleRateHz;
    if (n % samplesPerControl === 0) {
      const { jaw, wide, round } = stateAt(seconds);
      wanted = Math.min(1, 1.4 * jaw + 0.35 * round);
      for (const [i, { hz, widthHz, gain }] of resonances.entries()) {
        tune(filters[i]!, hz(jaw, wide, round), widthHz, gain, sampleRateHz);
      }
    }
    // 15 ms to open and close, or the steps of the control rate would click.
    loudness += (wanted - loudness) / (0.015 * sampleRateHz);
    phase += (pitchHz * (1 + 0.06 * Math.sin(2.1 * seconds) + 0.15 * loudness)) / sampleRateHz;
    phase -= Math.floor(phase);
    const buzz = phase < 0.4 ? Math.sin((Math.PI * phase) / 0.4) - 0.25 : -0.25;
    let voiced = 0;
    for (const filter of filters) {
      const y = filter.b0 * buzz - filter.a1 * filter.y1 - filter.a2 * filter.y2;
      filter.y2 = filter.y1;
      filter.y1 = y;
      voiced += y;
    }
    samples[n] = 0.5 * Math.tanh(2 * loudness * voiced);
  }
  return samples;
}

/** A two-pole resonator. */
function tune(
  filter: { a1: number; a2: number; b0: number },
  hz: number,
  widthHz: number,
  gain: number,
  sampleRateHz: number,
): void {
  const radius = Math.exp((-Math.PI * widthHz) / sampleRateHz);
  const angle = (2 * Math.PI * hz) / sampleRateHz;
  filter.a1 = -2 * radius * Math.cos(angle);
  filter.a2 = radius * radius;
  filter.b0 = gain * (1 - radius) * Math.sqrt(1 - 2 * radius * Math.cos(2 * angle) + radius * radius);
}
