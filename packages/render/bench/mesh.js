// Milliseconds per frame of the mesh engine for faces of 150, 300 and 400 pixels, beside what merely copying the planes of
// the face box costs on this machine at this moment. Run after `npm run build`: node packages/render/bench/mesh.js
import { createActor, openScene } from "../../actors/dist/index.js";
import { createMeshEngine } from "../dist/engines/mesh/index.js";

const [width, height] = [1280, 720];
const frameCount = 40;

/** 4:2:0, BT.601, limited range. */
function toPlanar({ rgb }) {
  const frame = {
    widthPixels: width,
    heightPixels: height,
    y: new Uint8Array(width * height),
    u: new Uint8Array((width * height) / 4),
    v: new Uint8Array((width * height) / 4),
    lumaStride: width,
    chromaStride: width / 2,
    isFullRange: false,
    matrix: "bt601",
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3);
      const luma = 0.299 * r + 0.587 * g + 0.114 * b;
      frame.y[y * width + x] = 16 + (luma * 219) / 255;
      const c = (y >> 1) * (width / 2) + (x >> 1);
      frame.u[c] = 128 + ((b - luma) / 1.772) * (224 / 255);
      frame.v[c] = 128 + ((r - luma) / 1.402) * (224 / 255);
    }
  }
  return frame;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Copies the box out of the frame and back, once. */
function copyBox(frame, box, scratch) {
  for (let y = box.top; y < box.bottom; y++) {
    const from = y * frame.lumaStride + box.left;
    scratch.set(frame.y.subarray(from, from + box.right - box.left));
    frame.y.set(scratch.subarray(0, box.right - box.left), from);
  }
}

const target = createActor({ seed: 7, hair: "bun", glasses: false });
const customer = createActor({ seed: 45, hair: "short", glasses: false });
const photo = openScene({ width: 640, height: 640, actors: [{ actor: customer, faceHeight: 0.6 }] }).draw([{}]);
const engine = createMeshEngine();
const start = performance.now();
const face = await engine.readFace({ widthPixels: 640, heightPixels: 640, rgb: photo.rgb });
console.log(`networks and photo ${(performance.now() - start).toFixed(0)} ms`);
console.log("face px   track ms   draw ms   copy of the box ms   draw / copy");
for (const pixels of [150, 300, 400]) {
  const scene = openScene({ width, height, actors: [{ actor: target, faceHeight: pixels / height, centerY: 0.5 }] });
  const still = toPlanar(scene.draw([{ smile: 0.2 }]));
  const region = engine.openRegion(face, 0);
  const [track, draw, copy] = [[], [], []];
  const fresh = () => ({ ...still, y: still.y.slice(), u: still.u.slice(), v: still.v.slice() });
  const scratch = new Uint8Array(width);
  for (let n = 0; n < frameCount; n++) {
    const t0 = performance.now();
    region.track(still);
    track.push(performance.now() - t0);
    if (n < region.lookAheadFrames) continue;
    const frame = fresh();
    const t1 = performance.now();
    const drawn = region.draw(frame, n - region.lookAheadFrames);
    draw.push(performance.now() - t1);
    const t2 = performance.now();
    copyBox(frame, drawn.box, scratch);
    copy.push(performance.now() - t2);
  }
  const [t, d, c] = [track, draw, copy].map((list) => median(list.slice(8)));
  const columns = [
    String(pixels).padEnd(9),
    t.toFixed(1).padEnd(10),
    d.toFixed(1).padEnd(9),
    c.toFixed(3).padEnd(20),
    (d / c).toFixed(0),
  ];
  console.log(columns.join(" "));
}
await engine.close();
