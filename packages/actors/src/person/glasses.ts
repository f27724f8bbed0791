import { EYES } from "#face/landmarks.js";
import { vertexAt, type Vec3 } from "#maths/vector.js";
import { joinSurfaces, type Surface } from "./grid.js";
import { tubeSurface } from "./tube.js";

/** Two rims, a bridge and the temples, fitted to a face. */
export function glassesSurface(face: Float64Array, detail: number): Surface {
  const sides = detail > 1 ? 8 : 5;
  const points = detail > 1 ? 36 : 20;
  const tubes: Surface[] = [];
  const bridge: Vec3[] = [];
  for (const side of [-1, 1] as const) {
    const contour = EYES[side < 0 ? 0 : 1];
    const outer = vertexAt(face, contour.upper[0]!);
    const inner = vertexAt(face, contour.upper[8]!);
    const lid = vertexAt(face, contour.upper[4]!);
    const cx = (outer[0] + inner[0]) / 2 + side * 0.015;
    const cy = (outer[1] + inner[1]) / 2 - 0.035;
    const z = lid[2] + 0.13;
    const rim = Array.from({ length: points }, (_, k): Vec3 => {
      const angle = (k / points) * 2 * Math.PI;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      // a rounded box, a little wider above; it bends back towards the temple
      const x = 0.235 * Math.sign(c) * Math.abs(c) ** 0.72 * (1 + 0.07 * s);
      const y = 0.175 * Math.sign(s) * Math.abs(s) ** 0.78;
      return [cx + x, cy + y, z - 0.22 * Math.max(0, x * side) - 0.05 * Math.abs(s) * (s < 0 ? 1 : 0)];
    });
    tubes.push(tubeSurface(rim, [0.017], sides, true));
    const temple = 0.235 + 0.012;
    const ear = vertexAt(face, side < 0 ? 234 : 454);
    const hinge: Vec3 = [cx + side * temple, cy + 0.07, z - 0.06];
    const over: Vec3 = [ear[0] + side * 0.05, ear[1] + 0.21, ear[2] + 0.02];
    tubes.push(tubeSurface([hinge, [hinge[0] + side * 0.03, hinge[1] + 0.01, hinge[2] - 0.1], over], [0.016], sides));
    bridge.push([cx - side * 0.232, cy + 0.045, z]);
  }
  const [right, left] = [bridge[0]!, bridge[1]!];
  const middle: Vec3 = [(right[0] + left[0]) / 2, right[1] + 0.03, Math.max(right[2], left[2]) + 0.03];
  tubes.push(tubeSurface([right, middle, left], [0.016], sides));
  return joinSurfaces(tubes);
}
