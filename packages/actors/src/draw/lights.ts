import { createRandom } from "#maths/random.js";
import { lerp } from "#maths/scalar.js";
import { normalize, scale, type Vec3 } from "#maths/vector.js";

/** Three lamps and the light from all sides. Directions point to the lamp; colours are linear. */
export interface Lights {
  readonly keyDirection: Vec3;
  readonly fillDirection: Vec3;
  readonly rimDirection: Vec3;
  readonly key: Vec3;
  readonly fill: Vec3;
  readonly rim: Vec3;
  readonly sky: Vec3;
  readonly ground: Vec3;
}

/**
 * Lamps of a scene. The exposure follows the skin, as a camera's would: otherwise pale people burn out and dark ones
 * lose detail.
 */
export function placeLights(seed: number, skinTone: number): Lights {
  const random = createRandom(seed * 53 + 1);
  const azimuth = (random() < 0.5 ? -1 : 1) * (0.45 + 0.4 * random());
  const elevation = 0.45 + 0.3 * random();
  const warmth = random();
  const keyDirection = normalize([
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ]);
  const exposure = lerp(0.66, 1.14, Math.min(1, skinTone * 1.4));
  return {
    keyDirection,
    fillDirection: normalize([-keyDirection[0] * 1.1, 0.15, 0.9]),
    rimDirection: normalize([-Math.sign(keyDirection[0]) * 0.85, 0.35, -0.55]),
    key: scale([1.8, 1.71 - 0.09 * warmth, 1.63 - 0.22 * warmth], exposure),
    fill: scale([0.42, 0.46, 0.53], exposure),
    rim: scale([1.4, 1.4, 1.45], exposure),
    sky: scale([0.34, 0.36, 0.4], exposure),
    ground: scale([0.19, 0.165, 0.15], exposure),
  };
}
