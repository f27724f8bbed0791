import { createHash } from "node:crypto";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";
import { maxPhotoBytes, readPhoto } from "./photo.js";
import { useTempFolder } from "./testing/temp-folder.js";

const limits = { maxInputBytes: 5_000_000 };
const inFolder = useTempFolder();
const red = { r: 200, g: 30, b: 40 };
const plain = (width = 32, height = 20) => sharp({ create: { width, height, channels: 3, background: red } });
const pixel = (image: { rgb: Uint8Array; widthPixels: number }, x: number, y: number) => [
  ...image.rgb.subarray((y * image.widthPixels + x) * 3, (y * image.widthPixels + x) * 3 + 3),
];
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { code?: string }) => error.code,
  );
const near = (colour: readonly number[], expected: readonly number[], tolerance = 6) =>
  colour.every((value, at) => Math.abs(value - (expected[at] ?? 0)) <= tolerance);

describe("readPhoto", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)("reads %s as packed RGB", async (format) => {
    const image = await readPhoto(await plain().toFormat(format).toBuffer(), limits);
    expect(image).toMatchObject({ widthPixels: 32, heightPixels: 20 });
    expect(image.rgb).toHaveLength(32 * 20 * 3);
    expect(near(pixel(image, 5, 5), [200, 30, 40])).toBe(true);
  });

  it("turns a photo upright by its EXIF orientation", async () => {
    const topBlue = await plain(32, 20)
      .composite([{ input: { create: { width: 32, height: 4, channels: 3, background: "#0000ff" } }, left: 0, top: 0 }])
      .png()
      .toBuffer();
    // 6: the camera was held so that the stored picture must be turned 90 degrees clockwise.
    const jpeg = await sharp(topBlue).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const image = await readPhoto(jpeg, limits);
    expect(image).toMatchObject({ widthPixels: 20, heightPixels: 32 });
    expect(near(pixel(image, 18, 16), [0, 0, 255], 30)).toBe(true);
  });

  it("reads CMYK, grey, 16-bit and wide-gamut photos as 8-bit sRGB", async () => {
    const cmyk = await plain().toColourspace("cmyk").jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe("cmyk");
    expect(near(pixel(await readPhoto(cmyk, limits), 3, 3), [200, 30, 40], 40)).toBe(true);
    const grey = await plain().greyscale().png().toBuffer();
    expect((await readPhoto(grey, limits)).rgb).toHaveLength(32 * 20 * 3);
    const deep = await plain().toColourspace("rgb16").png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    expect(near(pixel(await readPhoto(deep, limits), 3, 3), [200, 30, 40])).toBe(true);
    const wide = await plain().withIccProfile("p3").png().toBuffer();
    expect(near(pixel(await readPhoto(wide, limits), 3, 3), [200, 30, 40], 8)).toBe(true);
  });

  it("lays transparency on mid grey", async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { ...red, alpha: 0 } } });
    expect(pixel(await readPhoto(await clear.png().toBuffer(), limits), 4, 4)).toEqual([128, 128, 128]);
  });

  it("names known kinds that it does not read", async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>',
    );
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0mif1heic")]);
    const animated = await sharp([await plain().png().toBuffer(), await plain().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .webp()
      .toBuffer();
    for (const bytes of [svg, heic, animated, await plain().gif().toBuffer(), Buffer.from("%PDF-1.7\n")]) {
      expect(await codeOf(readPhoto(bytes, limits))).toBe("unsupported-photo");
    }
  });

  it("refuses what is no picture, cut off, missing or too big", async () => {
    const jpeg = await plain(300, 300).jpeg().toBuffer();
    writeFileSync(inFolder("note.jpg"), "just a note\n");
    expect(await codeOf(readPhoto(inFolder("note.jpg"), limits))).toBe("unreadable-photo");
    expect(await codeOf(readPhoto(new Uint8Array(), limits))).toBe("unreadable-photo");
    expect(await codeOf(readPhoto(jpeg.subarray(0, jpeg.length / 2), limits))).toBe("unreadable-photo");
    expect(await codeOf(readPhoto(inFolder("none.jpg"), limits))).toBe("file-missing");
    expect(await codeOf(readPhoto(jpeg, { ...limits, maxInputBytes: 100 }))).toBe("input-too-large");
    await expect(readPhoto(jpeg, { maxInputBytes: 100 })).rejects.toThrow(
      /^The photo has \d+\.\d kB, the limit is 0\.1 kB\.$/,
    );
    // A decompression bomb: 100 megapixels and a column in 300 kB.
    const bomb = await sharp({ create: { width: 10_001, height: 10_000, channels: 3, background: red } })
      .png()
      .toBuffer();
    expect(await codeOf(readPhoto(bomb, limits))).toBe("too-many-pixels");
  });

  it("gives a 48-megapixel phone photo at half its size, and no photo more than 4096 pixels", async () => {
    const phone = await plain(8064, 6048).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const image = await readPhoto(phone, limits);
    expect(image).toMatchObject({ widthPixels: 3024, heightPixels: 4032 });
    expect(near(pixel(image, 1500, 2000), [200, 30, 40])).toBe(true);
    expect(await codeOf(readPhoto(phone.subarray(0, phone.length / 2), limits))).toBe("unreadable-photo");
    const wide = await plain(5000, 10).png().toBuffer();
    expect(await readPhoto(wide, limits)).toMatchObject({ widthPixels: 4096, heightPixels: 8 });
  });

  it("holds photos to 100 MiB whatever videos may have, before it reads them", async () => {
    writeFileSync(inFolder("huge.jpg"), "");
    truncateSync(inFolder("huge.jpg"), maxPhotoBytes + 1);
    await expect(readPhoto(inFolder("huge.jpg"), { maxInputBytes: 2 ** 31 })).rejects.toMatchObject({
      code: "input-too-large",
      message: "The photo has 104.9 MB, the limit is 104.8 MB.",
      hint: "Give a smaller photo.",
    });
  });

  it("decodes only the bytes that consent was given for", async () => {
    const jpeg = await plain().jpeg().toBuffer();
    writeFileSync(inFolder("agreed.jpg"), jpeg);
    const expectedSha256 = createHash("sha256").update(jpeg).digest("hex");
    const agreed = { ...limits, expectedSha256 };
    expect(await readPhoto(inFolder("agreed.jpg"), agreed)).toMatchObject({ widthPixels: 32 });
    writeFileSync(inFolder("agreed.jpg"), await plain(33).jpeg().toBuffer());
    await expect(readPhoto(inFolder("agreed.jpg"), agreed)).rejects.toMatchObject({
      code: "consent-mismatch",
      message: "The photo changed while the render was running.",
    });
  });

  const real = join(sharedMedia, "photo-woman-studio.jpg");
  it.skipIf(!hasSharedMedia)("reads a real photo from a path and from bytes alike", async () => {
    const image = await readPhoto(real, limits);
    expect(image).toMatchObject({ widthPixels: 1024, heightPixels: 1280 });
    expect(Buffer.compare((await readPhoto(readFileSync(real), limits)).rgb, image.rgb)).toBe(0);
  });
});
