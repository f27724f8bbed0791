/** A point of the plane. */
export type Point = readonly [number, number];

interface Circle {
  readonly corners: readonly [number, number, number];
  readonly x: number;
  readonly y: number;
  readonly squaredRadius: number;
}

function circleThrough(points: readonly Point[], corners: readonly [number, number, number]): Circle {
  const [a, b, c] = [points[corners[0]]!, points[corners[1]]!, points[corners[2]]!];
  const d = 2 * (a[0] * (b[1] - c[1]) + b[0] * (c[1] - a[1]) + c[0] * (a[1] - b[1]));
  const square = (p: Point): number => p[0] * p[0] + p[1] * p[1];
  const x = (square(a) * (b[1] - c[1]) + square(b) * (c[1] - a[1]) + square(c) * (a[1] - b[1])) / d;
  const y = (square(a) * (c[0] - b[0]) + square(b) * (a[0] - c[0]) + square(c) * (b[0] - a[0])) / d;
  return { corners, x, y, squaredRadius: (a[0] - x) ** 2 + (a[1] - y) ** 2 };
}

/** Delaunay triangulation (Bowyer-Watson) of points in about 0..1; at most 1000 points. */
export function triangulate(points: readonly Point[]): (readonly [number, number, number])[] {
  const count = points.length;
  const all: Point[] = [...points, [-50, -50], [50, -50], [0, 80]];
  let circles = [circleThrough(all, [count, count + 1, count + 2])];
  for (let i = 0; i < count; i++) {
    const [x, y] = all[i]!;
    const border = new Map<number, readonly [number, number] | null>();
    const kept: Circle[] = [];
    for (const circle of circles) {
      if ((x - circle.x) ** 2 + (y - circle.y) ** 2 >= circle.squaredRadius) {
        kept.push(circle);
        continue;
      }
      for (let k = 0; k < 3; k++) {
        const a = circle.corners[k]!;
        const b = circle.corners[(k + 1) % 3]!;
        const key = Math.min(a, b) * 1024 + Math.max(a, b);
        border.set(key, border.has(key) ? null : [a, b]);
      }
    }
    circles = kept;
    for (const edge of border.values()) if (edge) circles.push(circleThrough(all, [edge[0], edge[1], i]));
  }
  return circles.map((circle) => circle.corners).filter((corners) => corners.every((corner) => corner < count));
}

/** Is the point inside the polygon (even-odd rule)? */
export function isInside(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
