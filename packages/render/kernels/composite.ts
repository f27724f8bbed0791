import { at, four, fourBytes, hold, put, putBytes } from "./memory";
import { readGrainRow } from "./grain";
import { Scene } from "./scene";

/** Opacity below this changes nothing that could be seen. */
const leastOpacity: f32 = 0.004;

/** Bytes of one row of the box with its margins. */
function rowBytes(scene: Scene): usize {
  return (<usize>scene.width + 64) << 2;
}

/**
 * Lays the drawn luma over the frame's. Nothing where opacity is 0 is written.
 * @param grainShare how much of the video's grain goes over it, 0 for none.
 */
export function compositeLuma(scene: Scene, grainShare: f32): void {
  const width = scene.width;
  const height = scene.height;
  const light = width >> 2;
  const black: f32 = scene.isFullRange ? 0 : 16;
  const white: f32 = scene.isFullRange ? 255 : 235;
  const pedestal = black - 6;
  const opacities = scene.rows;
  const gains = opacities + rowBytes(scene);
  const grains = gains + rowBytes(scene);
  let above = grains + rowBytes(scene);
  let here = above + rowBytes(scene);
  memory.fill(grains, 0, rowBytes(scene));
  const pedestals = f32x4.splat(pedestal);
  const blacks = f32x4.splat(black);
  const whites = f32x4.splat(white);
  const steps = f32x4(0.5, 1.5, 2.5, 3.5);
  for (let y = 0; y < height; y++) {
    const filmed = scene.filmedLuma + <usize>y * <usize>scene.lumaStride;
    if (grainShare > 0) {
      // The row above is read from a copy: the frame holds the drawn face there already.
      const copied = above;
      above = here;
      here = copied;
      memory.copy(here, filmed, width);
      readGrainRow(scene, y, above, grainShare, grains);
    }
    if (!blendRows(scene.opacity, width >> 1, height >> 1, <f32>(y - 0.5) / 2, opacities, 2)) continue;
    blendRows(scene.gain, light, height >> 2, <f32>(y - 1.5) / 4, gains, 1);
    const row = y * width;
    // Four pixels at a time, those between the middles of two places of the light planes: rows have a place more on each side.
    for (let q = 0; q <= light; q++) {
      const cover = four(opacities, 2 * q);
      const sum =
        f32x4.extract_lane(cover, 0) +
        f32x4.extract_lane(cover, 1) +
        f32x4.extract_lane(cover, 2) +
        f32x4.extract_lane(cover, 3);
      if (sum <= leastOpacity) continue;
      const gain = at(gains, q);
      const step = (at(gains, q + 1) - gain) / 4;
      const alpha = sum > 4 - leastOpacity ? f32x4.splat(1) : betweenPlaces(cover);
      const x = 4 * q - 2;
      if (q === 0 || q === light) {
        for (let k = q === 0 ? 2 : 0; k < (q === 0 ? 4 : 2); k++) {
          const share = laneOf(alpha, k);
          if (share <= leastOpacity) continue;
          const o = row + x + k;
          let value =
            (at(scene.luma, o) - pedestal) * (gain + (<f32>k + <f32>0.5) * step) + pedestal + at(grains, x + k);
          value += (at(scene.keptLuma, o) - value) * at(scene.keptShare, o);
          const before = <f32>load<u8>(filmed + x + k);
          store<u8>(filmed + x + k, <u8>hold(before + (value - before) * share + 0.5, black, white));
        }
        continue;
      }
      const gainOfEach = f32x4.add(f32x4.splat(gain), f32x4.mul(steps, f32x4.splat(step)));
      const o = row + x;
      let value = f32x4.add(f32x4.mul(f32x4.sub(four(scene.luma, o), pedestals), gainOfEach), pedestals);
      value = f32x4.add(value, four(grains, x));
      value = f32x4.add(value, f32x4.mul(f32x4.sub(four(scene.keptLuma, o), value), four(scene.keptShare, o)));
      const before = fourBytes(filmed + x);
      value = f32x4.add(f32x4.add(before, f32x4.mul(f32x4.sub(value, before), alpha)), f32x4.splat(0.5));
      value = f32x4.max(blacks, f32x4.min(whites, value));
      putBytes(filmed + x, v128.bitselect(value, before, f32x4.gt(alpha, f32x4.splat(leastOpacity))));
    }
  }
}

/** The same for chroma, at half size. */
export function compositeChroma(scene: Scene): void {
  const width = scene.width >> 1;
  const height = scene.height >> 1;
  const light = scene.width >> 2;
  const low: f32 = scene.isFullRange ? 0 : 16;
  const high: f32 = scene.isFullRange ? 255 : 240;
  const blues = scene.rows;
  const reds = blues + rowBytes(scene);
  for (let y = 0; y < height; y++) {
    const place = <f32>(y - 0.5) / 2;
    blendRows(scene.blueShift, light, scene.height >> 2, place, blues, 1);
    blendRows(scene.redShift, light, scene.height >> 2, place, reds, 1);
    const target = <usize>y * <usize>scene.chromaStride;
    for (let x = 0; x < width; x++) {
      const o = y * width + x;
      const alpha = at(scene.opacity, o);
      if (alpha <= leastOpacity) continue;
      const q = (x + 1) >> 1;
      const fx: f32 = x & 1 ? 0.25 : 0.75;
      const share = at(scene.keptHalfShare, o);
      let blue = <f32>128 + at(scene.blueDifference, o) + at(blues, q) + (at(blues, q + 1) - at(blues, q)) * fx;
      let red = <f32>128 + at(scene.redDifference, o) + at(reds, q) + (at(reds, q + 1) - at(reds, q)) * fx;
      blue += (at(scene.keptBlue, o) - blue) * share;
      red += (at(scene.keptRed, o) - red) * share;
      layOver(scene.filmedBlue + target + x, blue, alpha, low, high);
      layOver(scene.filmedRed + target + x, red, alpha, low, high);
    }
  }
}

function layOver(address: usize, value: f32, alpha: f32, low: f32, high: f32): void {
  const before = <f32>load<u8>(address);
  store<u8>(address, <u8>hold(before + (value - before) * alpha + 0.5, low, high));
}

/** Four pixels between four half-size places. */
function betweenPlaces(places: v128): v128 {
  const left = v128.shuffle<f32>(places, places, 0, 1, 1, 2);
  const right = v128.shuffle<f32>(places, places, 1, 2, 2, 3);
  return f32x4.add(left, f32x4.mul(f32x4.sub(right, left), f32x4(0.75, 0.25, 0.75, 0.25)));
}

function laneOf(values: v128, lane: i32): f32 {
  if (lane === 0) return f32x4.extract_lane(values, 0);
  if (lane === 1) return f32x4.extract_lane(values, 1);
  return lane === 2 ? f32x4.extract_lane(values, 2) : f32x4.extract_lane(values, 3);
}

/**
 * Row `y` (fractional) of a plane, linear between its neighbours, with its ends repeated `margin` times.
 * @returns whether anything in it is above 0.
 */
function blendRows(plane: usize, width: i32, height: i32, y: f32, into: usize, margin: i32): bool {
  const clamped = hold(y, 0, <f32>(height - 1));
  const upper = <i32>clamped;
  const share = clamped - <f32>upper;
  const p = upper * width;
  const q = upper + 1 < height ? p + width : p;
  let largest: f32 = 0;
  for (let x = 0; x < width; x++) {
    const value = at(plane, p + x) + (at(plane, q + x) - at(plane, p + x)) * share;
    put(into, x + margin, value);
    if (value > largest) largest = value;
  }
  for (let x = 0; x < margin; x++) {
    put(into, x, at(into, margin));
    put(into, margin + width + x, at(into, margin + width - 1));
  }
  return largest > leastOpacity;
}
