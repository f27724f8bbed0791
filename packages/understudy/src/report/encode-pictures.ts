import { encodeJpeg, shrinkImage, type RgbImage } from "@understudy/render";

/** A picture ready for the page. */
export interface EncodedPicture {
  readonly dataUri: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** A page that is mailed around should stay below 4 MB; its text takes the rest. */
const maxTotalCharacters = 3_700_000;

/** Tried in this order until all pictures fit together; the last one is taken whatever it gives. */
const efforts = [
  { maxSidePixels: 1280, quality: 84 },
  { maxSidePixels: 1280, quality: 72 },
  { maxSidePixels: 960, quality: 72 },
  { maxSidePixels: 640, quality: 68 },
  { maxSidePixels: 480, quality: 55 },
];

/** All pictures as JPEG data URIs of one size and quality, as good as fits into the page. */
export async function encodePictures(images: readonly RgbImage[]): Promise<EncodedPicture[]> {
  let pictures: EncodedPicture[] = [];
  for (const { maxSidePixels, quality } of efforts) {
    pictures = await Promise.all(images.map((image) => encode(image, maxSidePixels, quality)));
    const characters = pictures.reduce((sum, { dataUri }) => sum + dataUri.length, 0);
    if (characters <= maxTotalCharacters) break;
  }
  return pictures;
}

async function encode(image: RgbImage, maxSidePixels: number, quality: number): Promise<EncodedPicture> {
  const small = await shrinkImage(image, maxSidePixels);
  const jpeg = await encodeJpeg(small, quality);
  const { widthPixels, heightPixels } = small;
  return { dataUri: `data:image/jpeg;base64,${jpeg.toString("base64")}`, widthPixels, heightPixels };
}
