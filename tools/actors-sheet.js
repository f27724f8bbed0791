// Draws the contact sheet of twelve invented people: docs/img/actors-sheet.png (after `npm run build`).
// Usage: node tools/actors-sheet.js [file]
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { createActor, demoActors, openScene } from "../packages/actors/dist/index.js";

const target = process.argv[2] ?? fileURLToPath(new URL("../docs/img/actors-sheet.png", import.meta.url));
const [columns, drawn, tile] = [6, 720, 250];

/** Actor, what it does, and its prop. */
const cast = [
  [demoActors.presenter, { yawRadians: 0.12, smile: 0.45, jaw: 0.2 }],
  [createActor({ seed: 34 }), { yawRadians: -0.2, smile: 0.35 }],
  [createActor({ seed: 5, glasses: true }), { yawRadians: 0.2, pitchRadians: 0.05, smile: 0.4 }],
  [demoActors.customer, { smile: 0.3, gazeX: 0.1 }],
  [createActor({ seed: 3 }), { yawRadians: 0.25, smile: 0.5, jaw: 0.15 }],
  [createActor({ seed: 19 }), { yawRadians: -0.25, smile: 0.4, jaw: 0.3 }],
  [createActor({ seed: 43 }), { smile: 0.2, brow: 0.4 }, "microphone"],
  [createActor({ seed: 47 }), { yawRadians: -0.3, smile: 0.4 }],
  [createActor({ seed: 22 }), { yawRadians: 0.3, smile: 0.3 }],
  [createActor({ seed: 18 }), { smile: 0.5, pitchRadians: 0.05 }, "product"],
  [createActor({ seed: 41 }), { yawRadians: 0.1, jaw: 0.6, wide: 0.3 }],
  [createActor({ seed: 8 }), { blinkLeft: 1, blinkRight: 1, smile: 0.3 }],
];

const tiles = await Promise.all(
  cast.map(([actor, state, prop], i) => {
    const member = { actor, faceHeight: 0.46, centerY: 0.47, ...(prop ? { prop } : {}) };
    const scene = openScene({ width: drawn, height: drawn, actors: [member], backgroundSeed: actor.spec.seed });
    const { rgb } = scene.draw([state], { grainSeed: i });
    return sharp(rgb, { raw: { width: drawn, height: drawn, channels: 3 } })
      .resize(tile, tile)
      .raw()
      .toBuffer();
  }),
);
const raw = { width: tile, height: tile, channels: 3 };
const composite = tiles.map((input, i) => ({
  input,
  raw,
  left: (i % columns) * tile,
  top: Math.floor(i / columns) * tile,
}));
const size = { width: columns * tile, height: Math.ceil(cast.length / columns) * tile };
await sharp({ create: { ...size, channels: 3, background: "#000" } })
  .composite(composite)
  .png({ compressionLevel: 9 })
  .toFile(target);
console.log(target);
