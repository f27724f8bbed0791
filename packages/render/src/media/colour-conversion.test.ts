import { describe, expect, it } from "vitest";
import { createPlanes, planarToRgb, rgbToPlanar } from "./colour-conversion.js";
import { rotateImage } from "./rotate-image.js";

const flat = (width: number, height: number, colour: readonly number[]) => ({
  widthPixels: width,
  heightPixels: height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3] ?? 0),
});

describe("colour conversion", () => {
  it("hits the known BT.709 limited-range values", () => {
    const planes = rgbToPlanar(flat(2, 2, [255, 255, 255]));
    expect([planes.y[0], planes.u[0], planes.v[0]]).toEqual([235, 128, 128]);
    const red = rgbToPlanar(flat(2, 2, [255, 0, 0]));
    expect([red.y[0], red.u[0], red.v[0]]).toEqual([63, 102, 240]);
    expect([...planarToRgb(createPlanes(2, 2)).rgb.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it("comes back within two steps for flat colours, odd sizes included", () => {
    for (const colour of [
      [12, 200, 77],
      [250, 4, 128],
      [90, 90, 90],
    ]) {
      const back = planarToRgb(rgbToPlanar(flat(7, 5, colour)));
      expect(back).toMatchObject({ widthPixels: 7, heightPixels: 5 });
      for (const [at, value] of back.rgb.entries())
        expect(Math.abs(value - (colour[at % 3] ?? 0))).toBeLessThanOrEqual(2);
    }
  });

  it("respects full range and BT.601", () => {
    const planes = { ...createPlanes(2, 2), y: new Uint8Array(4).fill(255), isFullRange: true };
    expect(planarToRgb(planes).rgb[0]).toBe(255);
    const red = {
      ...createPlanes(2, 2),
      y: new Uint8Array(4).fill(81),
      u: Uint8Array.of(90),
      v: Uint8Array.of(240),
      matrix: "bt601" as const,
    };
    const [r = 0, g = 0, b = 0] = planarToRgb(red).rgb;
    expect([r > 250, g < 4, b < 4]).toEqual([true, true, true]);
  });

  it("cuts a box and clips it to the picture", () => {
    const planes = createPlanes(8, 8);
    planes.y[3 * 8 + 5] = 235;
    const image = planarToRgb(planes, { left: 5, top: 3, right: 20, bottom: 4 });
    expect(image).toMatchObject({ widthPixels: 3, heightPixels: 1 });
    expect([...image.rgb.subarray(0, 6)]).toEqual([255, 255, 255, 0, 0, 0]);
  });
});

describe("rotateImage", () => {
  it("turns clockwise, and four quarters are a whole", () => {
    const image = { widthPixels: 2, heightPixels: 1, rgb: Uint8Array.of(1, 1, 1, 2, 2, 2) };
    expect(rotateImage(image, 90)).toEqual({ widthPixels: 1, heightPixels: 2, rgb: Uint8Array.of(1, 1, 1, 2, 2, 2) });
    expect(rotateImage(image, 270).rgb[0]).toBe(2);
    expect(rotateImage(image, 180).rgb[0]).toBe(2);
    const twice = rotateImage(rotateImage(image, 90), 270);
    expect(twice).toEqual(image);
  });
});
