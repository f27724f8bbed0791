/**
 * Sets all pixels of a plane whose centre lies inside a polygon.
 * @param points x and y of each corner in turn, in pixels of the plane.
 */
export function fillPolygon(
  plane: Float32Array,
  width: number,
  height: number,
  points: readonly number[],
  value: number,
): void {
  let [top, bottom] = [Infinity, -Infinity];
  for (let i = 1; i < points.length; i += 2) {
    top = Math.min(top, points[i]!);
    bottom = Math.max(bottom, points[i]!);
  }
  const crossings: number[] = [];
  for (let y = Math.max(0, Math.ceil(top)); y <= Math.min(height - 1, Math.floor(bottom)); y++) {
    crossings.length = 0;
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
      const [ax, ay, bx, by] = [points[i]!, points[i + 1]!, points[j]!, points[j + 1]!];
      if (ay <= y !== by <= y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]!));
      const to = Math.min(width - 1, Math.floor(crossings[k + 1]!));
      if (to >= from) plane.fill(value, y * width + from, y * width + to + 1);
    }
  }
}

/** Corners of a ring of landmarks, stretched from its middle by a factor in each direction. */
export function ringPoints(mesh: Float32Array, ring: readonly number[], stretchX = 1, stretchY = stretchX): number[] {
  let [middleX, middleY] = [0, 0];
  for (const landmark of ring) {
    middleX += mesh[3 * landmark]! / ring.length;
    middleY += mesh[3 * landmark + 1]! / ring.length;
  }
  return ring.flatMap((landmark) => [
    middleX + (mesh[3 * landmark]! - middleX) * stretchX,
    middleY + (mesh[3 * landmark + 1]! - middleY) * stretchY,
  ]);
}
