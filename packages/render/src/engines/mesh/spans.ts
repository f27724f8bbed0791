/**
 * The runs of pixels that a set of projected triangles covers: four numbers a span (triangle, row, first column, one past
 * the last). A pixel is covered when its centre is; neighbours share no pixel and leave no gap. Reused from frame to frame.
 */
export interface SpanList {
  /** `4 * count` values. */
  data: Int32Array;
  count: number;
}

/** An empty list that grows to what it needs. */
export function createSpanList(): SpanList {
  return { data: new Int32Array(4 * 4096), count: 0 };
}

/**
 * Finds the spans of all triangles that face the camera.
 * @param vertices x and y of each vertex in pixels of the target raster.
 * @param triangles three vertices each, in drawing order.
 * @param into is overwritten.
 */
export function findSpans(
  vertices: Float32Array,
  triangles: Uint16Array,
  width: number,
  height: number,
  into: SpanList,
): void {
  let { data } = into;
  let count = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    let a = 2 * triangles[t]!;
    let b = 2 * triangles[t + 1]!;
    let c = 2 * triangles[t + 2]!;
    const area =
      (vertices[b]! - vertices[a]!) * (vertices[c + 1]! - vertices[a + 1]!) -
      (vertices[c]! - vertices[a]!) * (vertices[b + 1]! - vertices[a + 1]!);
    // Front faces wind counter-clockwise, which is a negative area where y points down; slivers have no pixel centre.
    if (area > -0.02) continue;
    // Sorted by y (ties by index), so that two triangles walk a shared edge with the same numbers.
    if (isBelow(vertices, a, b)) [a, b] = [b, a];
    if (isBelow(vertices, b, c)) [b, c] = [c, b];
    if (isBelow(vertices, a, b)) [a, b] = [b, a];
    const ax = vertices[a]!;
    const ay = vertices[a + 1]!;
    const bx = vertices[b]!;
    const by = vertices[b + 1]!;
    const cx = vertices[c]!;
    const cy = vertices[c + 1]!;
    const firstRow = ay <= 0 ? 0 : Math.ceil(ay);
    const endRow = cy > height ? height : Math.ceil(cy);
    if (endRow <= firstRow) continue;
    if (4 * (count + endRow - firstRow) > data.length) {
      const larger = new Int32Array(2 * data.length + 4 * (endRow - firstRow));
      larger.set(data);
      data = into.data = larger;
    }
    const slopeLong = (cx - ax) / (cy - ay);
    const slopeUpper = (bx - ax) / (by - ay);
    const slopeLower = (cx - bx) / (cy - by);
    for (let y = firstRow; y < endRow; y++) {
      const long = ax + (y - ay) * slopeLong;
      const short = y < by ? ax + (y - ay) * slopeUpper : bx + (y - by) * slopeLower;
      let from = Math.ceil(long < short ? long : short);
      let to = Math.ceil(long < short ? short : long);
      if (from < 0) from = 0;
      if (to > width) to = width;
      if (to <= from) continue;
      const o = 4 * count++;
      data[o] = t;
      data[o + 1] = y;
      data[o + 2] = from;
      data[o + 3] = to;
    }
  }
  into.count = count;
}

function isBelow(vertices: Float32Array, a: number, b: number): boolean {
  const difference = vertices[a + 1]! - vertices[b + 1]!;
  return difference > 0 || (difference === 0 && a > b);
}
