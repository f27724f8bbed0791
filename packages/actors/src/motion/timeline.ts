import { noise3 } from "#maths/noise.js";
import { createRandom, pick, type Random } from "#maths/random.js";
import { lerp, smoothStep } from "#maths/scalar.js";
import { NEUTRAL_STATE, type ActorState } from "./state.js";

/** Mouth shape groups: open a, half-open e, narrow i, round o, tight u, closed m. */
export type Viseme = "a" | "e" | "i" | "o" | "u" | "m";

/** One mouth shape in time. */
export interface VisemeEvent {
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly viseme: Viseme;
  /** How clearly it is spoken, 0..1. */
  readonly strength: number;
}

/** What `talkingTimeline` plays. */
export interface TalkingSpec {
  /** Same seed, same speech and movements. */
  readonly seed: number;
  readonly durationSeconds: number;
  /** Size of the head movements: 0 still, 1 lively (default). */
  readonly headMotion?: number;
  /** Mouth shapes from a real voice; without them syllables are invented. */
  readonly speech?: readonly VisemeEvent[];
}

// jaw, wide, round
const SHAPES: Readonly<Record<Viseme, readonly [number, number, number]>> = {
  a: [0.72, 0.15, 0],
  e: [0.42, 0.5, 0],
  i: [0.24, 0.65, 0],
  o: [0.48, 0, 0.6],
  u: [0.24, 0, 0.9],
  m: [0, 0, 0.1],
};

/** Phrases of syllables with pauses. */
function inventSpeech(seed: number, durationSeconds: number): VisemeEvent[] {
  const random = createRandom(seed * 13 + 1);
  const events: VisemeEvent[] = [];
  const end = durationSeconds - 0.3;
  for (let t = 0.3; t < end; t += 0.25 + 0.5 * random()) {
    const syllables = 4 + Math.floor(random() * 8);
    for (let i = 0; i < syllables && t < end; i++) {
      const duration = 0.13 + 0.12 * random();
      const viseme = pick(random, ["a", "e", "i", "o", "u", "a"] as const);
      events.push({ startSeconds: t, durationSeconds: duration, viseme, strength: 0.6 + 0.4 * random() });
      if (random() < 0.3) events.push({ startSeconds: t + duration, durationSeconds: 0.07, viseme: "m", strength: 1 });
      t += duration + (random() < 0.3 ? 0.07 : 0.01);
    }
  }
  return events;
}

interface Glance {
  readonly startSeconds: number;
  readonly x: number;
  readonly y: number;
}

function drawGlances(random: Random, durationSeconds: number): Glance[] {
  const glances: Glance[] = [{ startSeconds: -1, x: 0, y: 0 }];
  for (let t = 0.5; t < durationSeconds; t += 0.7 + 1.8 * random()) {
    const looksAway = random() >= 0.65;
    const x = looksAway ? (random() * 2 - 1) * 0.45 : 0;
    const y = looksAway ? (random() * 2 - 1) * 0.2 : 0;
    glances.push({ startSeconds: t, x, y });
  }
  return glances;
}

/**
 * A person who talks to the camera: mouth, head, blinks, glances. The answer depends on the time alone, so frames can be
 * drawn in any order and by any number of workers.
 */
export function talkingTimeline(spec: TalkingSpec): (seconds: number) => ActorState {
  const random = createRandom(spec.seed * 29 + 3);
  const motion = spec.headMotion ?? 1;
  const speech = spec.speech ?? inventSpeech(spec.seed, spec.durationSeconds);
  const blinks: number[] = [];
  for (let t = 0.8 + random(); t < spec.durationSeconds; t += 1.8 + 3 * random()) blinks.push(t);
  const glances = drawGlances(random, spec.durationSeconds);
  const drift = (t: number, channel: number): number => noise3(t, channel * 7.3, spec.seed * 0.37) * 2 - 1;
  return (t) => {
    let [jaw, wide, round] = [0, 0, 0];
    for (const { startSeconds: start, durationSeconds: duration, viseme, strength } of speech) {
      if (t < start - 0.09 || t > start + duration + 0.09) continue;
      const rise = smoothStep(start - 0.07, start + duration * 0.35, t);
      const fall = smoothStep(start + duration + 0.08, start + duration * 0.6, t);
      const amount = rise * fall * strength;
      const shape = SHAPES[viseme];
      jaw = Math.max(jaw, shape[0] * amount);
      wide = Math.max(wide, shape[1] * amount);
      round = Math.max(round, shape[2] * amount);
    }
    let blink = 0;
    for (const at of blinks)
      blink = Math.max(blink, smoothStep(at - 0.07, at, t) * smoothStep(at + 0.16, at + 0.04, t));
    let current = 0;
    glances.forEach((glance, i) => {
      if (glance.startSeconds <= t) current = i;
    });
    const glance = glances[current]!;
    const before = glances[Math.max(0, current - 1)]!;
    const arrived = smoothStep(glance.startSeconds, glance.startSeconds + 0.06, t);
    const sway = drift(t * 0.4, 1);
    return {
      ...NEUTRAL_STATE,
      yawRadians: motion * (0.32 * sway + 0.06 * drift(t * 1.6, 2)),
      pitchRadians: motion * (0.13 * drift(t * 0.5, 3) + 0.05 * drift(t * 1.9, 4)) + 0.03 * jaw,
      rollRadians: motion * 0.07 * drift(t * 0.4, 5),
      offsetX: motion * 0.1 * drift(t * 0.3, 6),
      offsetY: motion * 0.02 * drift(t * 0.6, 7),
      jaw,
      wide,
      round,
      smile: 0.28 + 0.25 * drift(t * 0.35, 8),
      brow: Math.max(0, 0.5 * drift(t * 0.8, 10)) + 0.15 * jaw,
      blinkRight: blink,
      blinkLeft: blink,
      // the eyes stay on the camera while the head turns
      gazeX: lerp(before.x, glance.x, arrived) - motion * 0.4 * sway,
      gazeY: lerp(before.y, glance.y, arrived),
    };
  };
}
