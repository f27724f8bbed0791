/** Three numbers: a point or direction (x right, y up, z to the viewer), or a colour (linear red, green, blue). */
export type Vec3 = readonly [number, number, number];

/** Vector of length 1 in the same direction; the zero vector stays zero. */
export function normalize(v: Vec3): Vec3 {
  const length = Math.hypot(v[0], v[1], v[2]) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** Right-handed cross product. */
export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** `v` times a number. */
export function scale(v: Vec3, factor: number): Vec3 {
  return [v[0] * factor, v[1] * factor, v[2] * factor];
}

/** Component-wise blend. */
export function mix(a: Vec3, b: Vec3, t: number): Vec3 {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** The vertex `index` of a packed x, y, z array. */
export function vertexAt(points: ArrayLike<number>, index: number): Vec3 {
  return [points[3 * index]!, points[3 * index + 1]!, points[3 * index + 2]!];
}
