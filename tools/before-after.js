// Makes docs/img/before-after.png from the demo's files: the portrait, then frames of the source over the same frames
// finished (after `npm run demo`).
// Usage: node tools/before-after.js [DEMO_FOLDER [FILE]]
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { createNodeAvIo, grabFrames } from "../packages/render/dist/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const [demo = join(root, "understudy-demo"), target = join(root, "docs/img/before-after.png")] = process.argv.slice(2);
const frames = [40, 100, 460];
const [tile, gap] = [300, 8];
/** The part of the 1280x720 frame that shows the head. */
const head = { left: 390, top: 30, width: 500, height: 500 };

const io = createNodeAvIo();
const cut = ({ rgb, widthPixels, heightPixels }) =>
  sharp(rgb, { raw: { width: widthPixels, height: heightPixels, channels: 3 } })
    .extract(head)
    .resize(tile)
    .png()
    .toBuffer();
const row = async (name) => Promise.all((await grabFrames(io, join(demo, name), frames)).map(cut));

const [before, after] = [await row("source.mp4"), await row("finished.mp4")];
const portrait = await sharp(join(demo, "portrait.jpg")).resize(tile, tile).png().toBuffer();
const column = (i) => tile + 3 * gap + i * (tile + gap);
await sharp({
  create: { width: column(frames.length) - gap, height: 2 * tile + gap, channels: 3, background: "white" },
})
  .composite([
    { input: portrait, left: 0, top: Math.round((tile + gap) / 2) },
    ...before.map((input, i) => ({ input, left: column(i), top: 0 })),
    ...after.map((input, i) => ({ input, left: column(i), top: tile + gap })),
  ])
  .png({ palette: true, quality: 95 })
  .toFile(target);
