// Faces of a source above the same frames swapped, for eyes to judge.
import sharp from "sharp";
import { createNodeAvIo, grabFrames } from "../dist/index.js";
import { leaseFaceNets } from "../dist/nets/face-nets.js";

const columnCount = 6;
const tilePixels = 320;
/** The crop's side over that of the detector's box, which spans brow to chin. */
const margin = 1.9;

/**
 * Writes one PNG of 6 columns: frames from the first to the last of `frames`, cut out around the face (the largest one; where
 * none is found, the cut of the frame before).
 */
export async function writeContactSheet({ sourcePath, swappedPath, frames, sheet }) {
  const io = createNodeAvIo();
  const numbers = Array.from({ length: columnCount }, (_, i) => Math.round(((frames - 1) * i) / (columnCount - 1)));
  const sources = await grabFrames(io, sourcePath, numbers);
  const swapped = await grabFrames(io, swappedPath, numbers);
  const nets = leaseFaceNets();
  const tiles = [];
  try {
    const detector = await nets.detector();
    let crop;
    for (const [column, image] of sources.entries()) {
      const [face] = await detector.detect(image);
      crop = face === undefined ? (crop ?? wholeOf(image)) : cropAround(face, image);
      for (const [row, picture] of [image, swapped[column]].entries()) {
        const input = await tile(picture, crop);
        tiles.push({ input, left: column * tilePixels, top: row * tilePixels });
      }
    }
  } finally {
    await nets.release();
  }
  const size = { width: columnCount * tilePixels, height: 2 * tilePixels, channels: 3, background: "black" };
  await sharp({ create: size }).composite(tiles).png().toFile(sheet);
}

function tile({ widthPixels: width, heightPixels: height, rgb }, crop) {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .extract(crop)
    .resize(tilePixels, tilePixels, { fit: "contain", kernel: "lanczos3" })
    .png()
    .toBuffer();
}

function cropAround({ centerX, centerY, sizePixels }, { widthPixels, heightPixels }) {
  const side = Math.min(Math.round(margin * sizePixels), widthPixels, heightPixels);
  const clamp = (center, length) => Math.round(Math.min(length - side, Math.max(0, center - side / 2)));
  return { left: clamp(centerX, widthPixels), top: clamp(centerY, heightPixels), width: side, height: side };
}

function wholeOf({ widthPixels: width, heightPixels: height }) {
  return { left: 0, top: 0, width, height };
}
