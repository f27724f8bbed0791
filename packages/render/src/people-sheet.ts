import type { ListedPerson } from "#analyse/index.js";
import { grabFrames, shrinkImage, type MediaIO } from "#media/index.js";
import type { PixelBox, RgbImage } from "#model/image.js";
import type { SourceMedia, VideoTrack } from "#model/media.js";

type ListedFace = ListedPerson["example"]["faces"][number];

/** Longest side of a tile, in pixels. */
const tileSidePixels = 640;
/** Space between tiles and around them. */
const gapPixels = 12;
/** The people who are seen longest; the list has them all. */
const maxTiles = 24;
/** Whole frames in memory at a time: 25 MB each at 4K. */
const framesAtATime = 4;

type Colour = readonly [red: number, green: number, blue: number];
const paper: Colour = [24, 24, 28];
const chosen: Colour = [255, 208, 0];
const other: Colour = [235, 235, 235];

/** Draws one tile a person: their example frame, their face in a yellow box with their number, everybody else's in a white one. */
export async function drawPeopleSheet(
  io: MediaIO,
  { path, video }: SourceMedia,
  people: readonly ListedPerson[],
  signal: AbortSignal,
): Promise<RgbImage> {
  const shown = people.slice(0, maxTiles);
  const tiles: RgbImage[] = [];
  while (tiles.length < shown.length) {
    const some = shown.slice(tiles.length, tiles.length + framesAtATime);
    const frames = some.map(({ example }) => example.frame);
    const images = await grabFrames(io, path, frames, { trackIndex: video.index, signal });
    for (const [i, person] of some.entries()) tiles.push(await drawTile(images[i]!, person, video));
  }
  return layOut(tiles);
}

async function drawTile(image: RgbImage, { number, example }: ListedPerson, video: VideoTrack): Promise<RgbImage> {
  const small = await shrinkImage(image, tileSidePixels);
  const tile = { ...small, rgb: small.rgb.slice() };
  const scale = tile.widthPixels / image.widthPixels;
  // The person's own box lies over the others.
  const faces = example.faces.toSorted((a, b) => Number(a.number === number) - Number(b.number === number));
  for (const face of faces) drawFace(tile, face, upright(face.box, video), scale, face.number === number);
  return tile;
}

/** Where the middle of a box is in the picture as a player shows it. */
function upright({ centerX: x, centerY: y }: ListedFace["box"], { rotation, widthPixels, heightPixels }: VideoTrack) {
  switch (rotation) {
    case 0:
      return { x, y };
    case 90:
      return { x: heightPixels - 1 - y, y: x };
    case 180:
      return { x: widthPixels - 1 - x, y: heightPixels - 1 - y };
    default:
      return { x: y, y: widthPixels - 1 - x };
  }
}

function drawFace(
  tile: RgbImage,
  { number, box }: ListedFace,
  middle: { readonly x: number; readonly y: number },
  scale: number,
  isChosen: boolean,
): void {
  const half = (box.sizePixels * scale) / 2;
  const [left, top] = [Math.round(middle.x * scale - half), Math.round(middle.y * scale - half)];
  const [right, bottom] = [Math.round(middle.x * scale + half), Math.round(middle.y * scale + half)];
  const colour = isChosen ? chosen : other;
  const line = isChosen ? 4 : 2;
  fill(tile, { left, top, right, bottom: top + line }, colour);
  fill(tile, { left, top: bottom - line, right, bottom }, colour);
  fill(tile, { left, top, right: left + line, bottom }, colour);
  fill(tile, { left: right - line, top, right, bottom }, colour);
  drawNumber(tile, number, { left, top }, colour, isChosen ? 6 : 4);
}

/** Digits three dots wide and five high, row by row. */
const digits = [
  "111101101101111",
  "010110010010111",
  "111001111100111",
  "111001111001111",
  "101101111001001",
  "111100111001111",
  "111100111101111",
  "111001010010010",
  "111101111101111",
  "111101111001111",
];

/** A badge over the upper left corner of the box, or inside it where there is no room. @param dot side of a digit's dot. */
function drawNumber(
  tile: RgbImage,
  number: number,
  corner: { readonly left: number; readonly top: number },
  colour: Colour,
  dot: number,
): void {
  const text = String(number);
  const [width, height] = [(text.length * 4 + 1) * dot, 7 * dot];
  const left = Math.max(0, Math.min(corner.left, tile.widthPixels - width));
  const top = corner.top >= height ? corner.top - height : Math.max(0, corner.top);
  fill(tile, { left, top, right: left + width, bottom: top + height }, colour);
  for (const [place, digit] of [...text].entries()) {
    for (const [i, isSet] of [...digits[Number(digit)]!].entries()) {
      if (isSet === "0") continue;
      const x = left + (1 + place * 4 + (i % 3)) * dot;
      const y = top + (1 + Math.floor(i / 3)) * dot;
      fill(tile, { left: x, top: y, right: x + dot, bottom: y + dot }, paper);
    }
  }
}

function fill({ widthPixels, heightPixels, rgb }: RgbImage, box: PixelBox, colour: Colour): void {
  for (let y = Math.max(0, box.top); y < Math.min(heightPixels, box.bottom); y++) {
    for (let x = Math.max(0, box.left); x < Math.min(widthPixels, box.right); x++)
      rgb.set(colour, 3 * (y * widthPixels + x));
  }
}

/** Rows of tiles, the sheet about as wide as it is high. */
function layOut(tiles: readonly RgbImage[]): RgbImage {
  const { widthPixels: width, heightPixels: height } = tiles[0]!;
  const columns = Math.min(tiles.length, Math.max(1, Math.round(Math.sqrt((tiles.length * height) / width))));
  const rows = Math.ceil(tiles.length / columns);
  const widthPixels = columns * (width + gapPixels) + gapPixels;
  const heightPixels = rows * (height + gapPixels) + gapPixels;
  const sheet = { widthPixels, heightPixels, rgb: new Uint8Array(widthPixels * heightPixels * 3) };
  fill(sheet, { left: 0, top: 0, right: widthPixels, bottom: heightPixels }, paper);
  for (const [i, tile] of tiles.entries()) {
    const left = gapPixels + (i % columns) * (width + gapPixels);
    const top = gapPixels + Math.floor(i / columns) * (height + gapPixels);
    for (let y = 0; y < height; y++) {
      const row = tile.rgb.subarray(3 * y * width, 3 * (y + 1) * width);
      sheet.rgb.set(row, 3 * ((top + y) * widthPixels + left));
    }
  }
  return sheet;
}
