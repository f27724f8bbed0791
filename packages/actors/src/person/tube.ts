import { clamp } from "#maths/scalar.js";
import { cross, normalize, type Vec3 } from "#maths/vector.js";
import { gridSurface, type Surface } from "./grid.js";

const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** A round tube along a path with a radius per point; ends are rounded unless the path is a ring. */
export function tubeSurface(path: readonly Vec3[], radii: readonly number[], sides: number, isRing = false): Surface {
  const count = path.length;
  const capRows = isRing ? 0 : 4;
  const rows = isRing ? count + 1 : count + 2 * capRows;
  const directionAt = (i: number): Vec3 => {
    const before = isRing ? path[(i - 1 + count) % count]! : path[Math.max(0, i - 1)]!;
    const after = isRing ? path[(i + 1) % count]! : path[Math.min(count - 1, i + 1)]!;
    return normalize(minus(after, before));
  };
  return gridSurface(sides, rows, true, (u, v) => {
    const row = Math.round(v * (rows - 1));
    const i = isRing ? row % count : clamp(row - capRows, 0, count - 1);
    const direction = directionAt(i);
    const reference: Vec3 = Math.abs(direction[2]) > 0.9 ? [0, 1, 0] : [0, 0, 1];
    const side = normalize(cross(direction, reference));
    const up = cross(side, direction);
    const radius = radii[Math.min(i, radii.length - 1)]!;
    let shrink = 1;
    let shift = 0;
    if (!isRing && row < capRows) {
      const angle = ((capRows - row) / capRows) * (Math.PI / 2);
      shrink = Math.max(0.02, Math.cos(angle));
      shift = -Math.sin(angle) * radius;
    } else if (!isRing && row >= capRows + count) {
      const angle = ((row - capRows - count + 1) / capRows) * (Math.PI / 2);
      shrink = Math.max(0.02, Math.cos(angle));
      shift = Math.sin(angle) * radius;
    }
    const c = Math.cos(u * 2 * Math.PI) * radius * shrink;
    const s = Math.sin(u * 2 * Math.PI) * radius * shrink;
    const p = path[i]!;
    return [
      p[0] + side[0] * c + up[0] * s + direction[0] * shift,
      p[1] + side[1] * c + up[1] * s + direction[1] * shift,
      p[2] + side[2] * c + up[2] * s + direction[2] * shift,
    ];
  });
}
