import { boxBlur } from "./box-blur";
import { at, hold, put, smoothstep } from "./memory";
import { Scene } from "./scene";

/** Luma steps added before dividing, so that deep shade does not blow up. */
const darkFloor: f32 = 6;
/** Places with less plain skin than this have no say. */
const leastWeight: f32 = 0.02;
/**
 * Plainness from which folds are laid over, and from which in full. The mesh lags behind a raised brow: what is dark beside a
 * brow, a lid or a lip is more often that feature out of its place than a fold.
 */
const foldFrom: f32 = 0.35;
const foldWhole: f32 = 0.85;

/** Gains outside this range come from a failed match, not from light. */
function limit(gain: f32): f32 {
  return hold(gain, 0.35, 2.6);
}

/**
 * Compares the low frequencies of drawn and filmed face on plain skin: fills `gain`, `blueShift` and `redShift`.
 * @param radius of the blur that divides light from features, in places. @param pedestal black in the frame's range.
 * @param knowsUsual 1 where `usualLuma` is filled.
 * @param lumaStrength and the rest: `LightMatchOptions` of the host.
 * @returns the gain that brings the whole face to the video's brightness.
 */
export function matchLight(
  scene: Scene,
  radius: i32,
  pedestal: f32,
  knowsUsual: i32,
  lumaStrength: f32,
  foldStrength: f32,
  lastingFoldStrength: f32,
  expressionStrength: f32,
): f32 {
  const width = scene.width >> 2;
  const height = scene.height >> 2;
  gather(scene, width, height, knowsUsual);
  boxBlur(scene.weight, width, height, radius, scene.scratch);
  boxBlur(scene.photoLuma, width, height, radius, scene.scratch);
  boxBlur(scene.videoLuma, width, height, radius, scene.scratch);
  boxBlur(scene.blueShift, width, height, radius, scene.scratch);
  boxBlur(scene.redShift, width, height, radius, scene.scratch);
  if (knowsUsual) boxBlur(scene.usualBlurred, width, height, radius, scene.scratch);
  const size = width * height;
  const lift = darkFloor - pedestal;
  let photoSum: f32 = 0;
  let videoSum: f32 = 0;
  let weightSum: f32 = 1e-6;
  for (let o = 0; o < size; o++) {
    photoSum += at(scene.photoLuma, o);
    videoSum += at(scene.videoLuma, o);
    weightSum += at(scene.weight, o);
  }
  const overall = limit((videoSum / weightSum + lift) / (photoSum / weightSum + lift));
  // A trace of the overall match stands in where no plain skin is near (the middle of the lips).
  const tracePhoto = <f32>1e-4 * (photoSum / weightSum);
  const traceVideo = <f32>1e-4 * (videoSum / weightSum);
  for (let o = 0; o < size; o++) {
    const share = <f32>1 / (at(scene.weight, o) + <f32>1e-4);
    const photo = (at(scene.photoLuma, o) + tracePhoto) * share;
    const video = (at(scene.videoLuma, o) + traceVideo) * share;
    const local = limit((video + lift) / (photo + lift));
    const follow = <f32>1 - (<f32>1 - lumaStrength) * min(at(scene.innerness, o), <f32>1);
    let gain = overall + (local - overall) * follow;
    const folding = at(scene.foldedness, o);
    const detail = at(scene.detail, o);
    if (folding > 0 && detail > 0) {
      const folded = folding * smoothstep(foldFrom, foldWhole, min(at(scene.plainness, o), at(scene.ownPlainness, o)));
      const fold = (detail + lift) / (video + lift);
      if (knowsUsual) {
        const usual = (at(scene.usualLuma, o) + lift) / (at(scene.usualBlurred, o) * share + lift);
        // A fold that is usual and missing now must not turn into a bright ridge.
        gain *= 1 + (hold(fold / usual, 0.72, 1.05) - 1) * expressionStrength * folded;
        gain *= 1 + (hold(usual, 0.72, 1.16) - 1) * lastingFoldStrength * folded;
      } else gain *= 1 + (hold(fold, 0.72, 1.16) - 1) * foldStrength * folded;
    }
    put(scene.gain, o, gain);
    put(scene.blueShift, o, at(scene.blueShift, o) * share);
    put(scene.redShift, o, at(scene.redShift, o) * share);
  }
  return overall;
}

/**
 * Weighted sums over 4x4 luma pixels, which are 2x2 chroma pixels; the texture is no finer than the frame, so four of its luma
 * pixels tell its light, and two chroma pixels of four. Places on the edge of what is drawn have no say.
 */
function gather(scene: Scene, width: i32, height: i32, knowsUsual: i32): void {
  const boxWidth = scene.width;
  const half = boxWidth >> 1;
  const stride = <usize>scene.lumaStride;
  const chromaNext = <usize>scene.chromaStride + 1;
  for (let row = 0; row < height; row++) {
    let h = 2 * row * half;
    let p = 4 * row * boxWidth + boxWidth;
    let q = scene.filmedLuma + <usize>(4 * row) * stride;
    let c = <usize>(2 * row * scene.chromaStride);
    const end = (row + 1) * width;
    for (let o = row * width; o < end; o++, h += 2, p += 4, q += 4, c += 2) {
      const weight = weightAt(scene, o, h, half);
      put(scene.weight, o, weight);
      if (weight === 0) {
        put(scene.photoLuma, o, 0);
        put(scene.videoLuma, o, 0);
        put(scene.blueShift, o, 0);
        put(scene.redShift, o, 0);
        put(scene.detail, o, 0);
        put(scene.usualBlurred, o, 0);
        continue;
      }
      const video =
        <f32>(sumOfFour(q) + sumOfFour(q + stride) + sumOfFour(q + 2 * stride) + sumOfFour(q + 3 * stride)) / 16;
      const down = p + 2 * boxWidth;
      const photo = at(scene.luma, p) + at(scene.luma, p + 2) + at(scene.luma, down + 1) + at(scene.luma, down + 3);
      put(scene.photoLuma, o, <f32>0.25 * weight * photo);
      put(scene.videoLuma, o, weight * video);
      const g = h + half + 1;
      const blue = <f32>(<i32>load<u8>(scene.filmedBlue + c) + <i32>load<u8>(scene.filmedBlue + c + chromaNext) - 256);
      const red = <f32>(<i32>load<u8>(scene.filmedRed + c) + <i32>load<u8>(scene.filmedRed + c + chromaNext) - 256);
      put(scene.blueShift, o, <f32>0.5 * weight * (blue - at(scene.blueDifference, h) - at(scene.blueDifference, g)));
      put(scene.redShift, o, <f32>0.5 * weight * (red - at(scene.redDifference, h) - at(scene.redDifference, g)));
      put(scene.detail, o, weight > 0.4 ? video : 0);
      if (knowsUsual) put(scene.usualBlurred, o, weight * at(scene.usualLuma, o));
    }
  }
}

/** Say of a place: 0, or its plain skin by how much of the drawn face is seen there, up to 4. */
function weightAt(scene: Scene, o: i32, h: i32, half: i32): f32 {
  const plain = min(at(scene.plainness, o), at(scene.ownPlainness, o));
  if (plain <= leastWeight) return 0;
  const a = at(scene.opacity, h);
  const b = at(scene.opacity, h + 1);
  const c = at(scene.opacity, h + half);
  const d = at(scene.opacity, h + half + 1);
  if (a <= 0 || b <= 0 || c <= 0 || d <= 0) return 0;
  const weight = plain * (a + b + c + d);
  return weight <= 4 * leastWeight ? 0 : weight;
}

function sumOfFour(p: usize): i32 {
  return <i32>load<u8>(p) + <i32>load<u8>(p, 1) + <i32>load<u8>(p, 2) + <i32>load<u8>(p, 3);
}
