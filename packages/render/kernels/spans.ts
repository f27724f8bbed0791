/**
 * The runs of pixels that triangles cover: four i32 a span (triangle times 3, row, first column, one past the last). A pixel is
 * covered when its centre is; neighbours share no pixel and leave no gap.
 * @param vertices x and y of each vertex, f32, in pixels of the raster. @param triangles u16, three vertices each, in drawing order.
 * @param cornerCount three times their number. @param into room for `spanRoom` spans.
 * @returns the number of spans. Triangles that face away have none.
 */
export function findSpans(
  vertices: usize,
  triangles: usize,
  cornerCount: i32,
  width: i32,
  height: i32,
  into: usize,
): i32 {
  let count = 0;
  for (let t = 0; t < cornerCount; t += 3) {
    let a = vertexOf(vertices, triangles, t);
    let b = vertexOf(vertices, triangles, t + 1);
    let c = vertexOf(vertices, triangles, t + 2);
    if (!isFront(a, b, c)) continue;
    // Sorted by y (ties by index), so that two triangles walk a shared edge with the same numbers.
    let other: usize;
    if (isBelow(a, b)) {
      other = a;
      a = b;
      b = other;
    }
    if (isBelow(b, c)) {
      other = b;
      b = c;
      c = other;
    }
    if (isBelow(a, b)) {
      other = a;
      a = b;
      b = other;
    }
    const ax: f64 = load<f32>(a);
    const ay: f64 = load<f32>(a, 4);
    const bx: f64 = load<f32>(b);
    const by: f64 = load<f32>(b, 4);
    const cx: f64 = load<f32>(c);
    const cy: f64 = load<f32>(c, 4);
    const firstRow = ay <= 0 ? 0 : <i32>Math.ceil(ay);
    const endRow = cy > <f64>height ? height : <i32>Math.ceil(cy);
    const slopeLong = (cx - ax) / (cy - ay);
    const slopeUpper = (bx - ax) / (by - ay);
    const slopeLower = (cx - bx) / (cy - by);
    for (let y = firstRow; y < endRow; y++) {
      const row = <f64>y;
      const long = ax + (row - ay) * slopeLong;
      const short = row < by ? ax + (row - ay) * slopeUpper : bx + (row - by) * slopeLower;
      const from = <i32>Math.ceil(max(min(long, short), 0));
      const to = <i32>Math.ceil(min(max(long, short), <f64>width));
      if (to <= from) continue;
      const span = into + ((<usize>count) << 4);
      store<i32>(span, t);
      store<i32>(span, y, 4);
      store<i32>(span, from, 8);
      store<i32>(span, to, 12);
      count++;
    }
  }
  return count;
}

/** No more spans than this come out of `findSpans`. */
export function spanRoom(vertices: usize, triangles: usize, cornerCount: i32, height: i32): i32 {
  let rows = 0;
  for (let t = 0; t < cornerCount; t += 3) {
    const a = vertexOf(vertices, triangles, t);
    const b = vertexOf(vertices, triangles, t + 1);
    const c = vertexOf(vertices, triangles, t + 2);
    if (!isFront(a, b, c)) continue;
    const top = max(min(min(load<f32>(a, 4), load<f32>(b, 4)), load<f32>(c, 4)), <f32>0);
    const bottom = min(max(max(load<f32>(a, 4), load<f32>(b, 4)), load<f32>(c, 4)), <f32>height);
    if (bottom > top) rows += <i32>(bottom - top) + 2;
  }
  return rows;
}

/**
 * For each triangle the linear map from pixels to something that is known at its corners: three f32 a channel (value at the origin,
 * change per column, change per row).
 * @param values `channels` f32 a vertex. @param into is overwritten.
 */
export function solveAffineMaps(
  vertices: usize,
  triangles: usize,
  cornerCount: i32,
  values: usize,
  channels: i32,
  into: usize,
): void {
  for (let t = 0; t < cornerCount; t += 3) {
    const a = vertexOf(vertices, triangles, t);
    const b = vertexOf(vertices, triangles, t + 1);
    const c = vertexOf(vertices, triangles, t + 2);
    const ax: f64 = load<f32>(a);
    const ay: f64 = load<f32>(a, 4);
    const ux = <f64>load<f32>(b) - ax;
    const uy = <f64>load<f32>(b, 4) - ay;
    const vx = <f64>load<f32>(c) - ax;
    const vy = <f64>load<f32>(c, 4) - ay;
    const area = ux * vy - vx * uy;
    const inverse = 1 / (area === 0 ? 1 : area);
    const valueA = values + ((a - vertices) >> 1) * channels;
    const valueB = values + ((b - vertices) >> 1) * channels;
    const valueC = values + ((c - vertices) >> 1) * channels;
    for (let channel = 0; channel < channels; channel++, into += 12) {
      const o = (<usize>channel) << 2;
      const atA: f64 = load<f32>(valueA + o);
      const toB = <f64>load<f32>(valueB + o) - atA;
      const toC = <f64>load<f32>(valueC + o) - atA;
      const perColumn = (toB * vy - toC * uy) * inverse;
      const perRow = (toC * ux - toB * vx) * inverse;
      store<f32>(into, <f32>(atA - perColumn * ax - perRow * ay));
      store<f32>(into, <f32>perColumn, 4);
      store<f32>(into, <f32>perRow, 8);
    }
  }
}

/** Address of a corner's x and y. */
function vertexOf(vertices: usize, triangles: usize, corner: i32): usize {
  return vertices + ((<usize>load<u16>(triangles + ((<usize>corner) << 1))) << 3);
}

/** Front faces wind counter-clockwise, which is a negative area where y points down; slivers have no pixel centre. */
function isFront(a: usize, b: usize, c: usize): bool {
  const ax: f64 = load<f32>(a);
  const ay: f64 = load<f32>(a, 4);
  const area =
    (<f64>load<f32>(b) - ax) * (<f64>load<f32>(c, 4) - ay) - (<f64>load<f32>(c) - ax) * (<f64>load<f32>(b, 4) - ay);
  return area <= -0.02;
}

function isBelow(a: usize, b: usize): bool {
  const difference = load<f32>(a, 4) - load<f32>(b, 4);
  return difference > 0 || (difference === 0 && a > b);
}
