import type { RgbImage } from "#model/image.js";
import type { Rotation } from "#model/media.js";

/** Turns an image clockwise; 0 gives the image itself. */
export function rotateImage(image: RgbImage, rotation: Rotation): RgbImage {
  if (rotation === 0) return image;
  const { widthPixels: width, heightPixels: height, rgb } = image;
  const turned = new Uint8Array(rgb.length);
  const isSideways = rotation !== 180;
  const outWidth = isSideways ? height : width;
  let from = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = rotation === 90 ? height - 1 - row : rotation === 180 ? width - 1 - column : row;
      const y = rotation === 90 ? column : rotation === 180 ? height - 1 - row : width - 1 - column;
      const to = (y * outWidth + x) * 3;
      turned[to] = rgb[from++] ?? 0;
      turned[to + 1] = rgb[from++] ?? 0;
      turned[to + 2] = rgb[from++] ?? 0;
    }
  }
  return { widthPixels: outWidth, heightPixels: isSideways ? width : height, rgb: turned };
}
