// Milliseconds per frame and stage at 1280x720 and 320x180, beside the cost of writing the same picture with plain fills.
// Usage: node packages/actors/bench/draw.js [frames]   (after `npm run build`)
import { createActor, openScene, talkingTimeline } from "../dist/index.js";

const frames = Number(process.argv[2] ?? 20);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function fillFloor(width, height) {
  const linear = new Float32Array(width * height * 3);
  const rgb = new Uint8Array(width * height * 3);
  const times = [];
  for (let n = 0; n < 15; n++) {
    const start = performance.now();
    linear.fill(n);
    rgb.fill(n);
    times.push(performance.now() - start);
  }
  return median(times);
}

for (const [width, height] of [
  [1280, 720],
  [320, 180],
]) {
  const floor = fillFloor(width, height);
  for (const [name, spec] of [
    ["short hair", { seed: 21, hair: "short", beard: "none" }],
    ["long hair", { seed: 22, hair: "long", beard: "none" }],
    ["curls, full beard", { seed: 23, hair: "curly", beard: "full", presentation: "masculine" }],
  ]) {
    const opened = performance.now();
    const scene = openScene({ width, height, actors: [{ actor: createActor(spec) }] });
    const setup = performance.now() - opened;
    const stateAt = talkingTimeline({ seed: 5, durationSeconds: frames / 30 + 1 });
    const total = [];
    const stages = new Map();
    for (let f = 0; f < frames + 5; f++) {
      const start = performance.now();
      scene.draw([stateAt(f / 30)], { grainSeed: f });
      if (f < 5) continue; // the engine compiles first
      total.push(performance.now() - start);
      for (const [stage, ms] of Object.entries(scene.stageTimes)) stages.set(stage, [...(stages.get(stage) ?? []), ms]);
    }
    const parts = [...stages].map(([stage, list]) => `${stage} ${median(list).toFixed(1)}`).join(", ");
    const ms = median(total);
    console.log(
      `${width}x${height} ${name}: ${ms.toFixed(1)} ms per frame, best ${Math.min(...total).toFixed(1)} (${parts}); setup ${setup.toFixed(0)} ms; fill floor ${floor.toFixed(2)} ms, ratio ${(ms / floor).toFixed(0)}`,
    );
  }
}
