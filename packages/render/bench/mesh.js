// Milliseconds per frame of the mesh engine for faces of 150, 300 and 400 pixels, beside what merely copying the planes of
// the face box costs on this machine at this moment. Run after `npm run build`: node packages/render/bench/mesh.js
import { createActor, openScene } from "../../actors/dist/index.js";
import { createFaceTracker } from "../dist/analyse/face-tracker.js";
import { learnSkin, occlusionOf } from "../dist/analyse/occlusion-model.js";
import { createFaceSkin, unwrapFace } from "../dist/analyse/unwrap-face.js";
import { createMeshEngine } from "../dist/engines/mesh/index.js";
import { leaseFaceNets } from "../dist/nets/face-nets.js";

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
const nets = leaseFaceNets();
const engine = createMeshEngine();
const start = performance.now();
const face = await engine.readFaces([{ widthPixels: 640, heightPixels: 640, rgb: photo.rgb }]);
console.log(`networks and photo ${(performance.now() - start).toFixed(0)} ms`);
console.log("face px   track ms   unwrap ms   occlusion ms   draw ms   copy of the box ms   draw / copy");
for (const pixels of [150, 300, 400]) {
  const scene = openScene({ width, height, actors: [{ actor: target, faceHeight: pixels / height, centerY: 0.5 }] });
  const still = toPlanar(scene.draw([{ smile: 0.2 }]));
  const tracker = createFaceTracker(await nets.detector(), await nets.landmarks(), 0);
  const times = { track: [], unwrap: [], occlusion: [], draw: [], copy: [] };
  const timed = async (part, work) => {
    const before = performance.now();
    const result = await work();
    times[part].push(performance.now() - before);
    return result;
  };
  const tracked = [];
  const skins = [];
  for (let n = 0; n < frameCount; n++) {
    tracked.push(await timed("track", () => tracker.track(still)));
    skins.push(createFaceSkin());
    await timed("unwrap", () => unwrapFace(still, tracked[n].mesh, skins[n]));
  }
  const model = learnSkin(skins);
  for (const skin of skins) await timed("occlusion", () => occlusionOf(model, skin));
  const track = {
    frameCount,
    tracked: (n) => tracked[n],
    occlusion: () => undefined,
    usualLuma: model.luma,
  };
  const region = engine.openRegion(face, track, 0);
  const scratch = new Uint8Array(width);
  for (let n = 0; n < frameCount; n++) {
    const frame = { ...still, y: still.y.slice(), u: still.u.slice(), v: still.v.slice() };
    const drawn = await timed("draw", () => region.draw(frame, n));
    await timed("copy", () => copyBox(frame, drawn.box, scratch));
  }
  const [t, u, o, d, c] = Object.values(times).map((list) => median(list.slice(8)));
  const columns = [
    String(pixels).padEnd(9),
    t.toFixed(1).padEnd(10),
    u.toFixed(2).padEnd(11),
    o.toFixed(2).padEnd(14),
    d.toFixed(1).padEnd(9),
    c.toFixed(3).padEnd(20),
    (d / c).toFixed(0),
  ];
  console.log(columns.join(" "));
}
await engine.close();
nets.release();
